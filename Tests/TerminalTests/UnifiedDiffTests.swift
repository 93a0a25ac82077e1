import Terminal
import Testing

@Suite("Unified diffs") struct UnifiedDiffTests {
  private func diff(_ old: String?, _ new: String?) -> [String] { UnifiedDiff(.init("a", old), .init("b", new)).lines }

  private func numbered(_ lines: ClosedRange<Int>, but changes: [Int: String] = [:]) -> String {
    lines.map { "\(changes[$0] ?? "\($0)")\n" }.joined()
  }

  @Test("equal texts have none") func equal() {
    #expect(diff("one\ntwo\n", "one\ntwo\n") == [])
    #expect(diff("", "") == [])
  }

  @Test("a changed line stands between three that stayed") func changed() {
    #expect(
      diff(numbered(1...9), numbered(1...9, but: [5: "five"])) == [
        "--- a", "+++ b", "@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8",
      ])
  }

  @Test("changes far apart are two pieces, near ones are one") func pieces() {
    let far = diff(numbered(1...20), numbered(1...20, but: [3: "x", 17: "y"]))
    #expect(far.filter { $0.hasPrefix("@@") } == ["@@ -1,6 +1,6 @@", "@@ -14,7 +14,7 @@"])
    let near = diff(numbered(1...20), numbered(1...20, but: [3: "x", 9: "y"]))
    #expect(near.filter { $0.hasPrefix("@@") } == ["@@ -1,12 +1,12 @@"])
  }

  @Test("a new file, an empty new file and one that went") func whole() {
    #expect(diff(nil, "one\n") == ["--- /dev/null", "+++ b", "@@ -0,0 +1 @@", "+one"])
    #expect(diff(nil, "") == ["--- /dev/null", "+++ b"])
    #expect(diff("one\ntwo\n", nil) == ["--- a", "+++ /dev/null", "@@ -1,2 +0,0 @@", "-one", "-two"])
  }

  @Test("a missing line end is told") func lineEnd() {
    #expect(
      diff("one\n", "one") == [
        "--- a", "+++ b", "@@ -1 +1 @@", "-one", "+one\n\\ No newline at end of file",
      ])
  }
}
