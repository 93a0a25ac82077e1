import Channels
import Conversations
import Testing

@Suite("Signatures")
struct SignatureTests {
  private let bytes = Array("what do ya want for nothing?".utf8)

  @Test("HMACs are those of RFC 2202 and RFC 4231")
  func vectors() {
    let secret = Secret("Jefe")
    #expect(
      Signatures.hex(Signatures.hmac(.sha256, secret: secret, over: bytes))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      Signatures.hex(Signatures.hmac(.sha1, secret: secret, over: bytes)) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
    #expect(
      Signatures.hex(Signatures.digest(.sha1, of: Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }

  @Test("any active secret is good, an empty one never is")
  func rotation() {
    let given = "sha256=" + Signatures.hex(Signatures.hmac(.sha256, secret: Secret("old"), over: bytes))
    let isGenuine = { (secrets: [Secret]) in
      Signatures.isGenuine(given, prefix: "sha256=", over: bytes, secrets: secrets)
    }
    #expect(isGenuine([Secret("new"), Secret("old")]) && isGenuine([Secret("old")]))
    #expect(!isGenuine([Secret("new")]) && !isGenuine([]))
    let unkeyed = "sha256=" + Signatures.hex(Signatures.hmac(.sha256, secret: Secret(""), over: bytes))
    #expect(!Signatures.isGenuine(unkeyed, prefix: "sha256=", over: bytes, secrets: [Secret("")]))
    #expect(!Signatures.isToken("", oneOf: [Secret("")]) && !Signatures.isToken(nil, oneOf: [Secret("x")]))
  }

  @Test(
    "base64 has one spelling",
    arguments: [("Zm9v", true), ("Zm8=", true), ("Zm9=", false), ("Zm8", false), ("Zm 8=", false)])
  func base64(text: String, isValid: Bool) { #expect((Signatures.decodeBase64(text) != nil) == isValid) }

  @Test("URL-safe base64 comes back as it went, without padding")
  func urlSafe() {
    for length in 0..<70 {
      let bytes = (0..<length).map { UInt8(($0 * 251 + length) % 256) }
      let text = Signatures.base64URL(bytes)
      #expect(Signatures.decodeBase64(text, urlSafe: true) == bytes)
      #expect(!text.contains { $0 == "=" || $0 == "+" || $0 == "/" })
    }
    #expect(Signatures.decodeBase64("-_+/", urlSafe: true) == nil)
  }

  @Test("credentials are read out of Authorization headers")
  func authorization() {
    #expect(Authorization.bearer(Headers([("authorization", "bearer  t k")])) == "t k")
    #expect(Authorization.bearer(Headers([("Authorization", "Basic dTpw")])) == nil)
    let basic = Authorization.basic(Headers([("Authorization", "Basic dTpwOnE=")]))
    #expect(basic?.user == "u" && basic?.password == "p:q")
    #expect(Authorization.basic(Headers([("Authorization", "Basic dQ==")])) == nil)
  }
}
