package import Conversations
import Crypto
import Foundation

/// How a provider proves that it is the one who calls: written from the providers' documents, not from the adapters that
/// check it.
package enum HookSigning: Sendable {
  /// `X-Hub-Signature-256`: hex HMAC-SHA256 over the body. developers.facebook.com/docs/graph-api/webhooks/getting-started
  case meta(appSecret: Secret)
  /// `X-Telegram-Bot-Api-Secret-Token`: the token itself. core.telegram.org/bots/api#setwebhook
  case telegram(secretToken: Secret)
  /// `x-line-signature`: base64 HMAC-SHA256 over the body. developers.line.biz/en/reference/messaging-api/#signature-validation
  case line(channelSecret: Secret)
  /// `X-Twilio-Signature`: base64 HMAC-SHA1 over the URL and the form, sorted by name. twilio.com/docs/usage/security
  case twilio(authToken: Secret, url: String)
  /// `X-Signature: sha256=` hex HMAC-SHA256 over `TIME.BODY`, the time in `X-Timestamp`: as channels/samples/generic.yaml.
  case timed(secret: Secret)
  /// `X-PLACETEL-SIGNATURE`: hex HMAC-SHA256 over the body. github.com/Placetel/call-control-notify-api
  case placetel(sharedSecret: Secret)
  /// Mail: the server that hands it over is trusted.
  case nothing

  /// What goes into the headers beside the content type. `form` and `path` (behind the hook's URL) are Twilio's.
  package func headers(over body: [UInt8], form: [(String, String)] = [], path: String = "", at now: Instant) -> [(
    String, String
  )] {
    switch self {
    case .meta(let secret): return [("X-Hub-Signature-256", "sha256=" + Self.hex(Self.hmac(secret, body)))]
    case .telegram(let token): return [("X-Telegram-Bot-Api-Secret-Token", token.reveal())]
    case .line(let secret): return [("x-line-signature", Self.base64(Self.hmac(secret, body)))]
    case .twilio(let token, let url):
      let pairs = form.sorted { $0.0 < $1.0 }.map { $0.0 + $0.1 }.joined()
      let key = SymmetricKey(data: Data(token.reveal().utf8))
      let code = HMAC<Insecure.SHA1>.authenticationCode(for: Data((url + path + pairs).utf8), using: key)
      return [("X-Twilio-Signature", Self.base64(Array(code)))]
    case .timed(let secret):
      let time = String(now.seconds)
      let code = Self.hmac(secret, Array("\(time).".utf8) + body)
      return [("X-Timestamp", time), ("X-Signature", "sha256=" + Self.hex(code))]
    case .placetel(let secret): return [("X-PLACETEL-SIGNATURE", Self.hex(Self.hmac(secret, body)))]
    case .nothing: return []
    }
  }

  /// The same by somebody who does not know the secret.
  package var guessed: HookSigning {
    let guess = Secret("a guess")
    return switch self {
    case .meta: .meta(appSecret: guess)
    case .telegram: .telegram(secretToken: guess)
    case .line: .line(channelSecret: guess)
    case .twilio(_, let url): .twilio(authToken: guess, url: url)
    case .timed: .timed(secret: guess)
    case .placetel: .placetel(sharedSecret: guess)
    case .nothing: .nothing
    }
  }

  private static func hmac(_ secret: Secret, _ bytes: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: Data(secret.reveal().utf8))))
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
