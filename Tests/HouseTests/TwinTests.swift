import Testing

@Suite("Twins")
struct TwinTests {
  @Test("every kind of channel has a specimen in the conformance suite and a heading in channels/README.md")
  func adapters() throws {
    let registry = try House.text("Sources/Channels/AdapterRegistry.swift")
    let types = registry.split(separator: "\n").compactMap { line -> String? in
      let word = line.filter { $0 != " " }
      return word.hasSuffix(".self,") ? String(word.dropLast(6)) : nil
    }
    #expect(types.count > 10)
    let specimens = try House.swift("Tests/ChannelsTests").flatMap { file in
      file.code.filter { $0.holds("kind:") || $0.holds("meta(") || $0.contains(".kind,") }
    }.joined(separator: "\n")
    let page = try House.text("channels/README.md")
    let sources = try House.swift("Sources/Channels")
    for type in types {
      let hasSpecimen = specimens.holds("\(type).kind")
      #expect(hasSpecimen, "\(type) has no specimen")
      #expect(sources.contains { $0.lines(holding: "struct \(type)").isEmpty == false }, "\(type) is not declared")
    }
    let headings = page.ranges(of: "\n### `").count
    #expect(headings == types.count)
  }

  @Test("every channel file is of a kind that the page describes")
  func channels() throws {
    let page = try House.text("channels/README.md")
    let files = House.files(under: "channels", ending: ".yaml")
    #expect(files.count > 5)
    for path in files where !path.hasPrefix("channels/routing/") {
      let kind = try House.text(path).split(separator: "\n").first { $0.hasPrefix("kind:") }
      let word = try #require(kind, "\(path) has no kind").dropFirst(5).trimmingPrefix(" ")
      let isDescribed = page.contains("### `\(word)`")
      #expect(isDescribed, "\(path): \(word)")
    }
    for path in files where path.hasPrefix("channels/routing/") {
      // A file by itself, or the folder of many of a kind.
      let name = path.dropFirst("channels/".count)
      let folder = name.split(separator: "/").dropLast().joined(separator: "/")
      let isDescribed = page.contains("(\(name))") || (folder != "routing" && page.contains("(\(folder)/)"))
      #expect(isDescribed, "\(path) is not described")
    }
  }

  @Test("every template speaks Chinese and English")
  func templates() {
    for ending in ["txt", "html"] {
      let files = Set(House.files(under: "templates", ending: ".\(ending)"))
      for path in files {
        let parts = path.split(separator: ".")
        let other =
          parts.dropLast(2).joined(separator: ".") + (parts[parts.count - 2] == "en" ? ".zh." : ".en.") + ending
        #expect(files.contains(other), "\(path) has no twin \(other)")
      }
    }
    #expect(House.files(under: "templates", ending: ".txt").count >= 20)
  }

  @Test("every room has its tests")
  func tests() {
    for room in House.arrows.keys where !["patchbay", "Gateway", "bench"].contains(room) {
      #expect(!House.files(under: "Tests/\(room)Tests", ending: "Tests.swift").isEmpty, "\(room)")
    }
  }
}
