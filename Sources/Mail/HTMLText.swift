import CGumbo

/// HTML made readable, from a real HTML5 tree (gumbo).
enum HTMLText {
  struct Texts {
    var whole: String
    /// Quotes, signatures and the headers before them left out, where the markup tells.
    var reply: String
    /// Answers stand between quotes: `reply` is the whole.
    var isAnsweredInline = false
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
      let whole = render(output.pointee.document, cutsQuotes: false).text
      let reply = render(output.pointee.document, cutsQuotes: true)
      return Texts(
        whole: whole, reply: reply.isAnsweredInline ? whole : reply.text, isAnsweredInline: reply.isAnsweredInline)
    }
  }

  private static func render(_ root: UnsafeMutablePointer<GumboNode>, cutsQuotes: Bool) -> HTMLRenderer {
    var renderer = HTMLRenderer(cutsQuotes: cutsQuotes)
    renderer.visit(root)
    return renderer
  }
}
