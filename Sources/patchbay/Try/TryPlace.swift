import Conversations
import Foundation
import Synchronization

/// Where a rehearsal lives: `config/` (the sample desk with the pretend providers in it), `data/`, `home/`.
struct TryPlace: Sendable {
  let directory: String
  /// The user asked for it, so it stays.
  let isKept: Bool

  var config: String { directory + "/config" }
  var data: String { directory + "/data" }
  /// What the agents' commands remember.
  var home: String { directory + "/home" }

  private static let present = Mutex<String?>(nil)

  static func make(keep: String?) throws -> TryPlace {
    let files = FileManager.default
    let path = keep ?? (files.temporaryDirectory.path + "/patchbay-try-\(getpid())")
    if let found = try? files.contentsOfDirectory(atPath: path), !found.isEmpty {
      throw Failure.usage("\(path) is not empty; name a new directory")
    }
    let place = TryPlace(directory: path, isKept: keep != nil)
    if !place.isKept {
      // Also when the process ends in the middle, as when whoever reads the transcript goes away.
      present.withLock { $0 = path }
      atexit { TryPlace.present.withLock { $0.map { try? FileManager.default.removeItem(atPath: $0) } } }
    }
    do {
      for part in [place.config, place.data, place.home] {
        try files.createDirectory(
          atPath: part, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
    } catch {
      throw Failure.temporary("cannot make \(path): \(error.localizedDescription)")
    }
    return place
  }

  func remove() {
    guard !isKept else { return }
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// The directory with the sample desk: where the user says, else the repository this program was built in, else here.
  static func sampleDesk(_ wish: String?) throws -> String {
    if let wish = wish ?? environment("PATCHBAY_CONFIG") {
      guard isDesk(wish) else { throw Failure.configuration("\(wish) has no channels/ and templates/") }
      return wish
    }
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
    while folder.path != "/" {
      if isDesk(folder.path) { return folder.path }
      folder = folder.deletingLastPathComponent()
    }
    if isDesk(".") { return "." }
    throw Failure.configuration(
      "cannot find the sample desk (channels/ and templates/) beside this program; name it with --config DIR")
  }

  private static func isDesk(_ path: String) -> Bool {
    let files = FileManager.default
    return files.fileExists(atPath: path + "/channels/routing/queues.yaml")
      && files.fileExists(atPath: path + "/templates")
  }

  /// The files of the sample desk, with its social channels switched on and every provider a pretend one.
  func copyDesk(from source: String, mailPort: Int, web: String) throws {
    let files = FileManager.default
    do {
      for part in ["channels", "templates"] {
        try files.copyItem(atPath: "\(source)/\(part)", toPath: "\(config)/\(part)")
      }
      for (name, text) in Self.overlays(mailPort: mailPort, web: web) {
        guard files.fileExists(atPath: "\(config)/channels/\(name).yaml") else {
          throw Failure.configuration("\(source)/channels has no \(name).yaml: the tour is made for the sample desk")
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(config)/channels/\(name).yaml"))
      }
    } catch let error as CocoaError {
      throw Failure.temporary("cannot copy the sample desk: \(error.localizedDescription)")
    }
  }

  private static func overlays(mailPort: Int, web: String) -> [String: String] {
    let secrets = MadeUp.names
    return [
      "support-mail": """
      kind: email
      title: 客服邮箱 Support mailbox
      settings:
        address: \(MadeUp.mailbox)
        display_name: 云桥支付客服 Cloudbridge Pay
        smtp_host: 127.0.0.1
        smtp_port: \(mailPort)
        smtp_encryption: none
        bearer_token: made:support-mail

      """,
      "facebook": """
      kind: messenger
      title: Facebook Messenger
      settings:
        page_id: "\(MadeUp.page)"
        app_secret: env:\(secrets.appSecret)
        verify_token: env:\(secrets.verifyToken)
        page_access_token: env:\(secrets.accessToken)
        api_base: \(web)

      """,
      "instagram": """
      kind: instagram
      title: Instagram
      settings:
        ig_account_id: "\(MadeUp.instagram)"
        app_secret: env:\(secrets.appSecret)
        verify_token: env:\(secrets.verifyToken)
        page_access_token: env:\(secrets.accessToken)
        api_base: \(web)

      """,
    ]
  }
}

/// What the pretend providers and the desk agree on; the secrets are fresh every time.
struct MadeUp: Sendable {
  static let mailbox = "support@example.com"
  static let page = "100000000000000"
  static let instagram = "17841400000000000"
  static let names = (appSecret: "TRY_META_APP_SECRET", verifyToken: "TRY_META_VERIFY", accessToken: "TRY_META_TOKEN")

  let appSecret = Secret(MadeUp.chance())
  let verifyToken = Secret(MadeUp.chance())
  let accessToken = Secret(MadeUp.chance())

  var environment: [String: String] {
    [
      Self.names.appSecret: appSecret.reveal(), Self.names.verifyToken: verifyToken.reveal(),
      Self.names.accessToken: accessToken.reveal(),
    ]
  }

  private static func chance() -> String {
    DeskWiring.randomBytes(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
