import Channels
import Conversations
import Foundation
import Setup
import Testing

/// `channels/samples`: files to copy, which the router does not load.
@Suite("The sample channel files") struct ChannelSampleTests {
  static let folder = "\(SampleDeskTests.root)/channels/samples"
  static let kinds = AdapterRegistry.all.map { $0.kind.rawValue }

  private func text(_ kind: String) throws -> String {
    try String(contentsOfFile: "\(Self.folder)/\(kind).yaml", encoding: .utf8)
  }

  /// A desk with the sample copied into it, and something under each name that it takes a secret from.
  private func desk(_ text: String) -> SmallDesk {
    var desk = SmallDesk("channels/ours.yaml", text)
    desk.files["channels/support-mail.yaml"] = "kind: email\nsettings: {address: a@example.com, smtp_host: localhost}\n"
    for name in text.matches(of: /env:([A-Z0-9_]+)/).map({ String($0.1) }) {
      // As many letters and digits as an EncodingAESKey has.
      desk.environment[name] =
        name == "TELEGRAM_BOT_TOKEN" ? "7012345678:AAE-of-a-test" : "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
    }
    for path in text.matches(of: /file:(\S+)/).map({ String($0.1) }) { desk.files[path] = "a-token\n" }
    return desk
  }

  @Test("there is one for each kind of channel, and a page about them")
  func completeness() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
    #expect(Set(names) == Set(Self.kinds.map { "\($0).yaml" } + ["README.md"]))
  }

  @Test("each loads without a problem once its secrets are there", arguments: kinds)
  func loading(kind: String) throws {
    let desk = desk(try text(kind))
    #expect(desk.complaints == "")
    let connection = try #require(try desk.load().connection(named: "ours"))
    #expect(connection.kind.rawValue == kind && connection.isEnabled)
  }

  @Test("each names all that receiving and sending need", arguments: AdapterRegistry.all.map { $0.kind })
  func needs(kind: ChannelKind) throws {
    let text = try text(kind.rawValue)
    let settings = try #require(AdapterRegistry.adapter(for: kind)).settings
    for setting in settings where setting.isRequired || setting.isForSending {
      #expect(text.contains("\n  \(setting.key):"), "\(setting.key)")
    }
  }

  @Test("what is switched off can be switched on, and shows the default where there is one", arguments: kinds)
  func switchedOff(kind: String) throws {
    let text = try text(kind)
    let settings = try #require(AdapterRegistry.adapter(for: ChannelKind(kind))).settings
    for line in text.matches(of: /(?m)^  # ([a-z0-9_]+): (.+)$/) {
      let setting = try #require(settings.first { $0.key == line.1 }, "\(line.1)")
      guard let fallback = setting.fallback, let shown = fallback.text ?? fallback.bool.map({ "\($0)" }) else {
        continue
      }
      #expect(line.2.trimmingCharacters(in: ["\""]) == shown, "\(line.1)")
    }
    #expect(desk(text.replacing(/(?m)^( *)# ([a-z0-9_]+: )/) { "\($0.1)\($0.2)" }).complaints == "")
  }

  @Test("the page has one block of facts for each kind, with the provider's page")
  func facts() throws {
    let page = try String(contentsOfFile: "\(Self.folder)/README.md", encoding: .utf8)
    let blocks = page.components(separatedBy: "\n### ").dropFirst()
    #expect(blocks.compactMap { $0.split(separator: "`").first.map(String.init) }.sorted() == Self.kinds.sorted())
    for block in blocks {
      let isOurOwn = ["email", "webchat", "webform", "phone_log", "generic"].contains { block.hasPrefix("`\($0)`") }
      #expect(isOurOwn || block.contains("\n- Source: https://"), "\(block.prefix(20))")
    }
  }
}
