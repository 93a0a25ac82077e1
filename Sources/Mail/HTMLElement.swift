import CGumbo

/// An element of gumbo's tree, as the renderer wants to ask it. Lives no longer than the tree.
struct HTMLElement {
  let node: UnsafeMutablePointer<GumboNode>

  var tag: GumboTag { node.pointee.v.element.tag }

  subscript(name: String) -> String? {
    withUnsafePointer(to: node.pointee.v.element.attributes) { attributes in
      gumbo_get_attribute(attributes, name).map { String(cString: $0.pointee.value) }
    }
  }

  /// Without white space and in lower case, so that declarations can be looked for.
  var style: String { short("style").lowercased().filter { !$0.isWhitespace } }

  var classes: [Substring] { short("class").split { $0.isWhitespace } }

  /// Longer values than any mail program writes are cut: they are searched many times.
  private static let valueMax = 2000

  private func short(_ name: String) -> String {
    guard let value = self[name] else { return "" }
    return value.utf8.count <= HTMLElement.valueMax
      ? value : String(decoding: value.utf8.prefix(HTMLElement.valueMax), as: UTF8.self)
  }

  var children: [UnsafeMutablePointer<GumboNode>] { HTMLElement.nodes(node.pointee.v.element.children) }

  static func nodes(_ vector: GumboVector) -> [UnsafeMutablePointer<GumboNode>] {
    (0..<Int(vector.length)).compactMap { vector.data[$0]?.assumingMemoryBound(to: GumboNode.self) }
  }

  /// What the element begins with: about `lengthMax` bytes of its text.
  func firstText(_ lengthMax: Int) -> String { HTMLElement.text(of: node, lengthMax) }

  static func text(of node: UnsafeMutablePointer<GumboNode>, _ lengthMax: Int) -> String {
    var out = ""
    var left = lengthMax
    collect(node, into: &out, left: &left)
    return out
  }

  private static func collect(_ node: UnsafeMutablePointer<GumboNode>, into out: inout String, left: inout Int) {
    guard left > 0 else { return }
    switch node.pointee.type {
    case GUMBO_NODE_TEXT, GUMBO_NODE_WHITESPACE:
      let text = String(cString: node.pointee.v.text.text)
      left -= max(1, text.utf8.count)
      out += String(text.prefix(200))
    case GUMBO_NODE_ELEMENT:
      let element = HTMLElement(node: node)
      if element.tag == GUMBO_TAG_BR || element.tag == GUMBO_TAG_DIV { out += "\n" }
      left -= 1
      for child in element.children where left > 0 { collect(child, into: &out, left: &left) }
    default: break
    }
  }

  /// Not for human eyes: preheaders, tracking texts (also Outlook's `mso-hide`).
  var isHidden: Bool {
    if self["hidden"] != nil { return true }
    let style = self.style
    guard !style.isEmpty else { return false }
    if HTMLElement.hidingStyles.isIn(style) { return true }
    if style.hasSuffix("font-size:0") || style == "opacity:0" || style.hasSuffix(";opacity:0") { return true }
    if style.hasPrefix("opacity:0;") { return true }
    return style.contains("max-height:0") && style.contains("overflow:hidden")
  }

  private static let hidingStyles = PhraseSet([
    "display:none", "visibility:hidden", "mso-hide:all", "font-size:0px", "font-size:0;", ";opacity:0;",
    "font-size:1px",
    "text-indent:-9999px", "left:-9999px", "max-width:0px;max-height:0px",
  ])

  /// One pixel, or none.
  var isTrackingPixel: Bool {
    for name in ["width", "height"] {
      if let length = self[name], ["0", "1", "0px", "1px"].contains(length) { return true }
    }
    return isHidden
  }
}
