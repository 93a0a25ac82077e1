import Conversations

/// One number of a report, in its unit. Every format shows the same ones.
enum ReportValue: Sendable, Hashable {
  case count(Int)
  /// Per cent.
  case percent(Double?)
  /// Seconds.
  case duration(Int64?)
  case decimal(Double?)

  /// For files that machines read: at most two decimals, empty = there is nothing to say.
  var raw: String {
    switch self {
    case .count(let value): "\(value)"
    case .percent(let value), .decimal(let value): value.map(decimalText) ?? ""
    case .duration(let value): value.map { "\($0)" } ?? ""
    }
  }

  var json: JSON { raw.isEmpty ? .null : .number(raw) }

  /// The same as a number, for charts.
  var number: Double? {
    switch self {
    case .count(let value): Double(value)
    case .percent(let value), .decimal(let value): value
    case .duration(let value): value.map(Double.init)
    }
  }
}

/// `56.25`, `50`, `-0.5`: at most two decimals.
func decimalText(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "" }
  let hundredths = Int64((value * 100).rounded())
  let (whole, rest) = (hundredths.magnitude / 100, Int(hundredths.magnitude % 100))
  let sign = hundredths < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(padded(rest, to: 2))"
}

/// A number with its name. A dot in the name divides groups: `first_response.met`.
struct ReportCell: Sendable, Hashable {
  var key: String
  var value: ReportValue
  init(_ key: String, _ value: ReportValue) { (self.key, self.value) = (key, value) }
}

/// What is said of one queue, agent, …, or of the whole.
struct ReportLine: Sendable {
  var name: String
  var cells: [ReportCell]

  subscript(key: String) -> ReportValue? { cells.first { $0.key == key }?.value }
}

/// What a report is divided by.
enum ReportDimension: String, Sendable, CaseIterable {
  case queue, category, channel, agent, language, priority

  /// In JSON.
  var plural: String {
    switch self {
    case .queue: "queues"
    case .category: "categories"
    case .channel: "channels"
    case .agent: "agents"
    case .language: "languages"
    case .priority: "priorities"
    }
  }
}
