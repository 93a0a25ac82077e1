import Testing

@Suite("The reader of Swift texts")
struct BlankerTests {
  @Test(
    "tells code from comments and strings",
    arguments: [
      ("a // b", "a     "), ("a /* b /* c */ d */ e", "a                   e"), ("f(\"x\")", "f(\" \")"),
      ("\"a\\\"b\" c", "\"    \" c"), ("#\"a\"b\"# c", "#\"   \"# c"), ("\"\\(x[\"k\"]) y\" z", "\"  x[\" \"])  \" z"),
      ("\"\"\"\n a\n\"\"\" b", "\"\"\"\n  \n\"\"\" b"), ("\"// no\" // yes", "\"     \"       "),
    ])
  func blanks(text: String, expected: String) {
    #expect(SwiftBlanker.blanked(text) == expected)
  }

  @Test("finds imports in all their forms")
  func imports() {
    let file = SwiftFile(
      path: "x.swift",
      text: "package import A\nimport struct B.C\n@preconcurrency import D\n// import E\nlet a = \"import F\"")
    #expect(file.imports == ["A", "B", "D"])
  }

  @Test("finds whole words only")
  func words() {
    #expect("x = Date() + 1".holds("Date()"))
    #expect(!"x = MailDate()".holds("Date()"))
    #expect("(try! x)".holds("try!") && !"retry! x".holds("try!"))
  }

  @Test("measures functions from their first line to their last brace")
  func functions() {
    let text =
      "protocol P {\n  func a(_ x: () -> Void)\n  func b() -> [Int: Int]\n}\nfunc c(f: () -> Void = {}) {\n  if x {\n  }\n}\n"
    let found = SwiftFile(path: "x.swift", text: text).functions
    #expect(found.map(\.name) == ["c"])
    #expect(found.map(\.length) == [4])
  }
}
