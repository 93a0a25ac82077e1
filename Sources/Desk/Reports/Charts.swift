import Conversations

/// Charts as SVG with whole numbers only, so that they come out the same everywhere.
enum Charts {
  private static func svg(_ width: Int, _ height: Int, _ label: String, _ body: String) -> String {
    "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(htmlEscaped(label))\"><title>\(htmlEscaped(label))</title>\(body)</svg>"
  }

  private static func text(_ x: Int, _ y: Int, _ words: String, middle: Bool = false) -> String {
    "<text x=\"\(x)\" y=\"\(y)\"\(middle ? " text-anchor=\"middle\"" : "")>\(htmlEscaped(words))</text>"
  }

  /// Horizontal bars of per cent, one a name.
  static func shares(_ values: [(String, Double)], label: String) -> String {
    let rows = values.enumerated().map { index, value in
      let (y, width) = (index * 24 + 4, Int((min(max(value.1, 0), 100) * 4).rounded()))
      return text(0, y + 13, clipped(value.0))
        + "<rect class=\"t\" fill=\"#eef2f6\" x=\"170\" y=\"\(y)\" width=\"400\" height=\"16\" rx=\"2\"/>"
        + "<rect class=\"b\" fill=\"#2f6f9f\" x=\"170\" y=\"\(y)\" width=\"\(width)\" height=\"16\" rx=\"2\"/>"
        + text(578, y + 13, "\(decimalText(value.1)) %")
    }
    return svg(640, values.count * 24 + 4, label, rows.joined())
  }

  private static func clipped(_ name: String) -> String {
    guard PlainTable.width(name) > 24 else { return name }
    var (short, width) = ("", 0)
    for character in name {
      width += PlainTable.width(String(character))
      guard width < 24 else { break }
      short.append(character)
    }
    return short + "…"
  }

  /// Vertical columns, one a name.
  static func columns(_ values: [(String, Int)], label: String) -> String {
    let (top, step) = (max(values.map(\.1).max() ?? 0, 1), 640 / max(values.count, 1))
    let rows = values.enumerated().map { index, value in
      let (x, height) = (index * step, value.1 * 90 / top)
      let number = value.1 > 0 ? text(x + step / 2, 106 - height, "\(value.1)", middle: true) : ""
      return
        "<rect class=\"b\" fill=\"#2f6f9f\" x=\"\(x + 3)\" y=\"\(110 - height)\" width=\"\(max(step - 6, 2))\" height=\"\(height)\" rx=\"2\"/>"
        + number + text(x + step / 2, 126, value.0, middle: true)
    }
    return svg(640, 132, label, rows.joined())
  }

  /// Two columns a name.
  static func pairs(_ values: [(String, Int, Int)], names: (String, String), label: String) -> String {
    let top = max(values.map { max($0.1, $0.2) }.max() ?? 0, 1)
    let step = max(640 / max(values.count, 1), 2)
    // A date takes about 40 units.
    let every = (40 + step - 1) / step
    let bars = values.enumerated().map { index, value in
      let (x, width) = (index * step, max((step - 3) / 2, 1))
      let name = index % every == 0 ? text(x + step / 2, 142, value.0, middle: true) : ""
      return [(value.1, "b", "#2f6f9f"), (value.2, "b2", "#c77d1e")].enumerated().map { place, bar in
        let height = bar.0 * 90 / top
        return
          "<rect class=\"\(bar.1)\" fill=\"\(bar.2)\" x=\"\(x + 1 + place * (width + 1))\" y=\"\(126 - height)\" width=\"\(width)\" height=\"\(height)\"/>"
      }.joined() + name
    }
    let legend =
      "<rect class=\"b\" fill=\"#2f6f9f\" x=\"0\" y=\"4\" width=\"10\" height=\"10\"/>" + text(14, 13, names.0)
      + "<rect class=\"b2\" fill=\"#c77d1e\" x=\"160\" y=\"4\" width=\"10\" height=\"10\"/>" + text(174, 13, names.1)
      + text(400, 13, "max \(top)")
    return svg(max(640, step * values.count), 148, label, legend + bars.joined())
  }

  /// Weekdays down, hours across; the fuller, the darker, and the number where there is room for one.
  static func heat(_ values: [[Int]], rows: [String], label: String) -> String {
    let top = max(values.flatMap(\.self).max() ?? 0, 1)
    var body = (0..<24).filter { $0 % 3 == 0 }.map { text(48 + $0 * 24 + 11, 11, "\($0)", middle: true) }.joined()
    for (row, hours) in values.enumerated() {
      body += text(0, row * 22 + 31, rows[row])
      for (hour, count) in hours.enumerated() {
        let (x, y, strength) = (48 + hour * 24, row * 22 + 16, count * 100 / top)
        body += "<rect class=\"t\" fill=\"#eef2f6\" x=\"\(x)\" y=\"\(y)\" width=\"22\" height=\"20\" rx=\"2\"/>"
        guard count > 0 else { continue }
        body +=
          "<rect class=\"b\" fill=\"#2f6f9f\" fill-opacity=\"\(opacity(strength))\" x=\"\(x)\" y=\"\(y)\" width=\"22\" height=\"20\" rx=\"2\"><title>\(htmlEscaped(rows[row])) \(hour):00 · \(count)</title></rect>"
        if count < 1000 { body += text(x + 11, y + 14, "\(count)", middle: true) }
      }
    }
    return svg(628, 172, label, body)
  }

  /// `.15` … `.85`: the number on it stays readable on light and on dark.
  private static func opacity(_ strength: Int) -> String { ".\(padded(15 + strength * 60 / 100, to: 2))" }
}
