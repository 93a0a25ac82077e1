import CGumbo

/// HTML made readable, from a real HTML5 tree (gumbo).
enum HTMLText {
  struct Texts {
    var whole: String
    /// Quotes, signatures and the headers before them left out, where the markup tells.
    var reply: String
  }

  static func read(_ html: String) -> Texts {
    let bytes = Array(html.utf8)
    guard HTMLGuard.isSafe(bytes) else {
      let text = HTMLStrip.text(bytes)
      return Texts(whole: text, reply: text)
    }
    return bytes.withUnsafeBufferPointer { buffer in
      var options = kGumboDefaultOptions
      options.max_errors = 0
      let start = UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
      guard let output = gumbo_parse_with_options(&options, start, buffer.count) else {
        return Texts(whole: "", reply: "")
      }
      defer { gumbo_destroy_output(&options, output) }
      return Texts(
        whole: render(output.pointee.document, cutsQuotes: false),
        reply: render(output.pointee.document, cutsQuotes: true))
    }
  }

  private static func render(_ root: UnsafeMutablePointer<GumboNode>, cutsQuotes: Bool) -> String {
    var renderer = HTMLRenderer(cutsQuotes: cutsQuotes)
    renderer.visit(root)
    return renderer.text
  }
}
