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
  var style: String { (self["style"] ?? "").lowercased().filter { !$0.isWhitespace } }

  var classes: [Substring] { (self["class"] ?? "").split { $0.isWhitespace } }

  var children: [UnsafeMutablePointer<GumboNode>] { HTMLElement.nodes(node.pointee.v.element.children) }

  static func nodes(_ vector: GumboVector) -> [UnsafeMutablePointer<GumboNode>] {
    (0..<Int(vector.length)).compactMap { vector.data[$0]?.assumingMemoryBound(to: GumboNode.self) }
  }

  /// Not for human eyes: preheaders, tracking texts (also Outlook's `mso-hide`).
  var isHidden: Bool {
    if self["hidden"] != nil { return true }
    let style = self.style
    guard !style.isEmpty else { return false }
    if HTMLElement.hidingStyles.contains(where: { style.contains($0) }) { return true }
    if style.hasSuffix("font-size:0") { return true }
    return style.contains("max-height:0") && style.contains("overflow:hidden")
  }

  private static let hidingStyles = [
    "display:none", "visibility:hidden", "mso-hide:all", "font-size:0px", "font-size:0;", ";opacity:0;",
  ]

  /// One pixel, or none.
  var isTrackingPixel: Bool {
    for name in ["width", "height"] {
      if let length = self[name], ["0", "1", "0px", "1px"].contains(length) { return true }
    }
    return isHidden
  }
}
