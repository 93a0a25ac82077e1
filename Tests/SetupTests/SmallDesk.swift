import Setup

/// The smallest desk that is complete, in memory; tests replace or add a file and look at what is said.
struct SmallDesk {
  static let folder = "/desk"
  var files: [String: String] = [
    "channels/routing/hours.yaml": """
    calendars:
      hotline:
        time_zone: Asia/Shanghai
        weekly: {mon: 09:00-18:00, tue: 09:00-18:00}

    """,
    "channels/routing/queues.yaml": """
    desk:
      title: {zh: 客服, en: Service}
      languages: [zh, en]
      time_zone: Asia/Shanghai
      variables: {zh: {company: 公司}, en: {company: Company}}
    triage: triage
    queues:
      payments: {hours: hotline}
      triage: {lease: 10m}

    """,
    "channels/routing/categories.yaml": """
    fallback: other
    categories:
      refund: {queue: payments, keywords: {zh: [退款], en: [refund]}, examples: [我要退款]}
      other: {queue: triage}

    """,
    "channels/routing/targets.yaml": """
    targets:
      - {name: all, hours: hotline, first_response: 4h}

    """,
    "channels/routing/reports.yaml": "reports: {}\n",
    "channels/chat.yaml": "kind: webchat\nsettings: {session_secret: env:CHAT_SECRET}\n",
    "templates/hello.zh.txt": "Title: 你好\n\n您好，{{conversation}}\n",
    "templates/hello.en.txt": "Title: Hello\n\nHello {{conversation}}\n",
  ]
  var bytes: [String: [UInt8]] = [:]
  var environment = ["CHAT_SECRET": "0123456789abcdef0123456789abcdef"]

  init() {}

  /// With one file replaced.
  init(_ path: String, _ text: String) { files[path] = text }

  var disk: Disk {
    let all = files.mapValues { Array($0.utf8) }.merging(bytes) { $1 }
    return .memory(Dictionary(uniqueKeysWithValues: all.map { ("\(Self.folder)/\($0)", $1) }))
  }

  func check() -> CheckReport { checkConfiguration(directory: Self.folder, environment: environment, disk: disk) }

  /// Every problem as it is printed.
  var complaints: String { check().problems.map(\.description).joined(separator: "\n") }

  func load(_ secrets: SecretUse = .checking) throws -> Configuration {
    try Configuration.load(directory: Self.folder, environment: environment, secrets: secrets, disk: disk)
  }

  /// A workspace where people of the house are told things.
  static let slack =
    "kind: slack\nsettings: {signing_secret: env:CHAT_SECRET, bot_token: env:CHAT_SECRET, team_id: T0123}\n"
  static let queues = "channels/routing/queues.yaml"
  static let categories = "channels/routing/categories.yaml"
  static let hours = "channels/routing/hours.yaml"
  static let targets = "channels/routing/targets.yaml"
  static let reports = "channels/routing/reports.yaml"
  static let chat = "channels/chat.yaml"
}
