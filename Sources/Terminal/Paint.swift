/// Colour and weight of a piece of text. Never the only carrier of a meaning: the words beside it say the same.
package enum Style: String, Sendable, CaseIterable {
  case plain, bold, dim, red, yellow, green, cyan

  /// Select Graphic Rendition parameter (ECMA-48 §8.3.117).
  var parameter: Int {
    switch self {
    case .plain: 0
    case .bold: 1
    case .dim: 2
    case .red: 31
    case .yellow: 33
    case .green: 32
    case .cyan: 36
    }
  }
}

/// Puts styles on, or leaves them off.
package struct Paint: Sendable {
  package let isOn: Bool
  package init(isOn: Bool) { self.isOn = isOn }

  /// Colours only on a terminal that wants them: https://no-color.org, `TERM=dumb`.
  package init(isTerminal: Bool, environment: [String: String]) {
    let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    isOn = isTerminal && !refused && environment["TERM"] != "dumb"
  }

  /// `text` between the escape sequences of `style`, or as it is when colours are off.
  package func callAsFunction(_ text: String, _ style: Style) -> String {
    isOn && style != .plain && !text.isEmpty ? "\u{1B}[\(style.parameter)m\(text)\u{1B}[0m" : text
  }
}
