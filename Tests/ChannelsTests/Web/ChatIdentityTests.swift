import Channels
import Conversations
import Foundation
import Testing

@Suite("Identities of logged-in visitors")
struct ChatIdentityTests {
  private let now = Specimen.arrival
  private static let secret = "a secret of the site, 32 characters and more"
  private let identities = ChatIdentities(channel: "chat", secrets: [Secret(Self.secret)])

  /// Written by hand, as a site's own library writes it.
  private func claim(
    _ body: JSON, header: JSON = ["alg": "HS256", "typ": "JWT"], secret: String = Self.secret
  ) -> String {
    func part(_ bytes: [UInt8]) -> String {
      Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
    let signed = "\(part(header.bytes)).\(part(body.bytes))"
    return signed + "." + part(Signatures.hmac(.sha256, secret: Secret(secret), over: Array(signed.utf8)))
  }

  private func body(_ more: [JSON.Member] = [], exp: Int64 = 300) -> JSON {
    .object([.init("sub", "c-17"), .init("exp", JSON(now.seconds + exp))] + more)
  }

  private func reason(_ claim: String, _ identities: ChatIdentities? = nil) -> String {
    do throws(IdentityProblem) {
      _ = try (identities ?? self.identities).verify(claim, now: now)
      return ""
    } catch {
      return error.reason
    }
  }

  @Test("the well-known example of jwt.io is genuine under its key, and has no end")
  func published() {
    let example =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
      + ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    let key = ChatIdentities(channel: "chat", secrets: [Secret("your-256-bit-secret")])
    #expect(reason(example, key) == "`exp` is missing")
    #expect(reason(example) == "the signature is wrong")
  }

  @Test("a claim of ours tells who it is, and the session is the same at each login")
  func genuine() throws {
    let whole = claim(
      body([.init("name", "李伟"), .init("email", "li@customer.example"), .init("email_verified", true)]))
    let identity = try identities.verify(whole, now: now)
    #expect(
      identity
        == ChatIdentity(subject: "c-17", name: "李伟", email: "li@customer.example", isEmailVerified: true))
    let bare = try identities.verify(claim(body()), now: now)
    #expect(bare.email == nil && !bare.isEmailVerified)
    #expect(bare.sessionID(channel: "chat") == identity.sessionID(channel: "chat"))
    #expect(bare.sessionID(channel: "other") != identity.sessionID(channel: "chat"))
    #expect(ChatIdentity(subject: "c-18").sessionID(channel: "chat") != bare.sessionID(channel: "chat"))
    let sessions = ChatSessions(channel: "chat", secrets: [Secret("k")], lifetimeSeconds: 720 * 3600)
    let token = try #require(sessions.issue(identity, now: now))
    let session = try #require(sessions.verify(token, now: now.adding(seconds: 86_400)))
    #expect(session.identity == identity && session.id == identity.sessionID(channel: "chat"))
    // A login is good for a day, however long strangers may come back.
    #expect(sessions.verify(token, now: now.adding(seconds: 86_401)) == nil)
    for index in token.utf8.indices {
      let forged = String(decoding: token.utf8.indices.map { token.utf8[$0] ^ ($0 == index ? 1 : 0) }, as: UTF8.self)
      #expect(sessions.verify(forged, now: now) == nil)
    }
  }

  @Test("whatever is changed in a claim, it is believed no more")
  func forged() throws {
    let whole = claim(body())
    #expect(reason(whole) == "")
    for index in whole.utf8.indices {
      let forged = String(decoding: whole.utf8.indices.map { whole.utf8[$0] ^ ($0 == index ? 1 : 0) }, as: UTF8.self)
      #expect(reason(forged) != "", "\(forged)")
      #expect(reason(String(whole.utf8.prefix(upTo: index)) ?? "") != "")
    }
    #expect(reason(claim(body(), secret: "another secret of the site, as long as that")).contains("signature"))
    #expect(reason(whole, ChatIdentities(channel: "chat", secrets: [])).contains("identity_secret"))
    let rotated = ChatIdentities(
      channel: "chat", secrets: [Secret("a new secret of the site, of 32 and more"), Secret(Self.secret)])
    #expect(reason(whole, rotated) == "")
  }

  @Test("the algorithm is ours to choose, times are kept, and `sub` and `exp` must be there")
  func rules() {
    for algorithm in ["none", "HS512", "RS256", "hs256", ""] {
      #expect(reason(claim(body(), header: ["alg": .string(algorithm)])).contains("HS256"), "\(algorithm)")
    }
    // No signature at all, with the word that some libraries fell for.
    let unsigned = claim(body(), header: ["alg": "none"]).split(separator: ".").prefix(2).joined(separator: ".") + "."
    #expect(reason(unsigned) == "the signature is wrong")
    #expect(reason(claim(body(), header: ["alg": "HS256", "crit": ["x"], "x": 1])) != "")
    #expect(reason(claim(body(exp: 0))).contains("`exp` has passed"))
    #expect(reason(claim(body(exp: 1))) == "")
    #expect(reason(claim(["sub": "c-17"])).contains("`exp` is missing"))
    #expect(reason(claim(["sub": "c-17", "exp": "2030-01-01"])).contains("`exp` is missing"))
    #expect(reason(claim(["exp": JSON(now.seconds + 9)])).contains("`sub`"))
    #expect(reason(claim(["sub": "", "exp": JSON(now.seconds + 9)])).contains("`sub`"))
    #expect(reason(claim(["sub": 17, "exp": JSON(now.seconds + 9)])).contains("`sub`"))
    #expect(reason(claim(body([.init("nbf", JSON(now.seconds + 61))]))).contains("`nbf`"))
    #expect(reason(claim(body([.init("iat", JSON(now.seconds + 59))]))) == "")
    #expect(reason(claim(body([.init("aud", "another")]))).contains("`aud`"))
    #expect(reason(claim(body([.init("aud", ["another", "chat"])]))) == "")
  }

  @Test("a short secret is refused when the channel file is read")
  func shortSecret() {
    let given: JSON = ["session_secret": "s", "identity_secret": "too short"]
    let (values, problems) = SettingValues.check(given, against: WebChat.settings)
    #expect(problems.isEmpty)
    #expect(throws: SettingProblem.self) { _ = try WebChat(values) }
  }
}
