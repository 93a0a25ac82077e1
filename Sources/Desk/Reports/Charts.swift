import Conversations

/// Charts as SVG with whole numbers only, so that they come out the same everywhere. To a screen reader each is a list of
/// what its marks say; what is written for eyes alone (axes, numbers on bars) is not read out a second time.
enum Charts {
  /// `width`: in units that are about a pixel. A wide one is not shrunk on a telephone: its numbers could not be read.
  private static func svg(_ width: Int, _ height: Int, _ label: String, _ body: String) -> String {
    let name = htmlEscaped(label)
    let (box, size) = width > 360 ? (HTML.scrolling(label), "wide") : ("<div>", "narrow")
    return
      "\(box)<svg class=\"\(size)\" viewBox=\"0 0 \(width) \(height)\" role=\"list\" aria-label=\"\(name)\"><title>\(name)</title>\(body)</svg></div>"
  }

  private static func text(_ x: Int, _ y: Int, _ words: String, middle: Bool = false) -> String {
    "<text aria-hidden=\"true\" x=\"\(x)\" y=\"\(y)\"\(middle ? " text-anchor=\"middle\"" : "")>\(htmlEscaped(words))</text>"
  }

  /// One mark with what it says: to a pointer that rests on it, and to a screen reader.
  private static func mark(_ label: String, _ shape: String) -> String {
    let label = htmlEscaped(label)
    return "<g role=\"listitem\" aria-label=\"\(label)\"><title>\(label)</title>\(shape)</g>"
  }

  private static func bar(_ kind: String, x: Int, y: Int, _ width: Int, _ height: Int, opacity: String = "") -> String {
    let colour = ["b": "#2f6f9f", "h": "#2f6f9f", "b2": "#c77d1e"][kind] ?? "#eef2f6"
    let strength = opacity.isEmpty ? "" : " fill-opacity=\"\(opacity)\""
    return
      "<rect class=\"\(kind)\" fill=\"\(colour)\"\(strength) x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"2\"/>"
  }

  /// Horizontal bars of per cent, one a name, which stands above its bar: so they fit a telephone.
  static func shares(_ values: [(String, Double)], label: String) -> String {
    let rows = values.enumerated().map { index, value in
      let (y, width) = (index * 42 + 4, Int((min(max(value.1, 0), 100) * 2.8).rounded()))
      let share = "\(decimalText(value.1)) %"
      let bars = bar("t", x: 0, y: y + 18, 280, 14) + bar("b", x: 0, y: y + 18, width, 14)
      return mark("\(value.0): \(share)", text(0, y + 13, clipped(value.0)) + bars + text(288, y + 30, share))
    }
    return svg(360, values.count * 42 + 4, label, rows.joined())
  }

  private static func clipped(_ name: String) -> String {
    guard PlainTable.width(name) > 48 else { return name }
    var (short, width) = ("", 0)
    for character in name {
      width += PlainTable.width(String(character))
      guard width < 48 else { break }
      short.append(character)
    }
    return short + "…"
  }

  /// Vertical columns, one a name, no wider than a telephone. Where the numbers of neighbours would run into each other,
  /// only the highest stands there.
  static func columns(_ values: [(String, Int)], label: String) -> String {
    let (top, step) = (max(values.map(\.1).max() ?? 0, 1), 360 / max(values.count, 1))
    // Two digits take about 16 units, a name of two letters with its gap 22.
    let (every, isNarrow) = ((22 + step - 1) / step, step < 26 && top > 99 || step < 16 && top > 9)
    let rows = values.enumerated().map { index, value in
      let (x, height) = (index * step, value.1 * 90 / top)
      let hasNumber = value.1 > 0 && (!isNarrow || value.1 == top)
      let number = hasNumber ? text(x + step / 2, 106 - height, "\(value.1)", middle: true) : ""
      let name = index % every == 0 ? text(x + step / 2, 126, value.0, middle: true) : ""
      return mark(
        "\(value.0): \(value.1)", bar("b", x: x + 2, y: 110 - height, max(step - 4, 2), height) + number + name)
    }
    return svg(360, 132, label, rows.joined())
  }

  /// Two columns a name.
  static func pairs(_ values: [(String, Int, Int)], names: (String, String), label: String) -> String {
    let top = max(values.map { max($0.1, $0.2) }.max() ?? 0, 1)
    let whole = values.count > 9 ? 640 : 360
    let step = max(whole / max(values.count, 1), 2)
    // A date takes about 40 units.
    let every = (40 + step - 1) / step
    let bars = values.enumerated().map { index, value in
      let (x, width) = (index * step, max((step - 3) / 2, 1))
      let name = index % every == 0 ? text(x + step / 2, 142, value.0, middle: true) : ""
      let columns = [(value.1, "b"), (value.2, "b2")].enumerated().map { place, one in
        bar(one.1, x: x + 1 + place * (width + 1), y: 126 - one.0 * 90 / top, width, one.0 * 90 / top)
      }
      return mark("\(value.0): \(names.0) \(value.1), \(names.1) \(value.2)", columns.joined() + name)
    }
    let legend =
      bar("b", x: 0, y: 4, 10, 10) + text(14, 13, names.0) + bar("b2", x: 130, y: 4, 10, 10) + text(144, 13, names.1)
      + text(270, 13, "max \(top)")
    return svg(max(whole, step * values.count), 148, label, legend + bars.joined())
  }

  /// Weekdays down, hours across; the fuller, the stronger, and the number where there is room for one.
  static func heat(_ values: [[Int]], rows: [String], label: String) -> String {
    let top = max(values.flatMap(\.self).max() ?? 0, 1)
    var body = (0..<24).filter { $0 % 3 == 0 }.map { text(48 + $0 * 24 + 11, 11, "\($0)", middle: true) }.joined()
    for (row, hours) in values.enumerated() {
      body += text(0, row * 22 + 31, rows[row])
      for (hour, count) in hours.enumerated() {
        let (x, y) = (48 + hour * 24, row * 22 + 16)
        body += bar("t", x: x, y: y, 22, 20)
        guard count > 0 else { continue }
        let cell = bar("h", x: x, y: y, 22, 20, opacity: opacity(count * 100 / top))
        let number = count < 1000 ? text(x + 11, y + 14, "\(count)", middle: true) : ""
        body += mark("\(rows[row]) \(padded(hour, to: 2)):00: \(count)", cell + number)
      }
    }
    return svg(628, 172, label, body)
  }

  /// `.20` … `.65`: the number on it keeps the contrast of WCAG 2.2 §1.4.3, 4.5 to 1, on light and on dark.
  private static func opacity(_ strength: Int) -> String { ".\(padded(20 + strength * 45 / 100, to: 2))" }
}
