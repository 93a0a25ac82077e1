/// A few elements of XML for answers; nothing here reads XML.
package enum XMLWriting {
  package static let declaration = #"<?xml version="1.0" encoding="UTF-8"?>"#

  /// `text` for an attribute value or element content (XML 1.0 §2.4). Characters XML cannot hold are left out.
  package static func escape(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\t", "\n", "\r": out += "&#\(scalar.value);"
      case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": break
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
