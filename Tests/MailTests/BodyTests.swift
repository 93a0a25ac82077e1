import Mail
import Testing

@Suite("Bodies")
struct BodyTests {
  private func multipart(_ subtype: String, _ parts: [String], close: Bool = true) throws -> MailMessage {
    let body = parts.map { "--b1\n" + $0 + "\n" }.joined() + (close ? "--b1--\n" : "")
    return try read(["MIME-Version: 1.0", "Content-Type: multipart/\(subtype); boundary=b1"], body: body)
  }

  @Test("the plain alternative is the text, the HTML is kept beside it")
  func alternative() throws {
    let mail = try multipart(
      "alternative", ["Content-Type: text/plain\n\nplain words", "Content-Type: text/html\n\n<p>rich</p>"])
    #expect(mail.text == "plain words")
    #expect(mail.html == "<p>rich</p>")
    #expect(mail.attachments.isEmpty)
  }

  @Test("an empty plain alternative gives way to the HTML")
  func emptyPlain() throws {
    let mail = try multipart(
      "alternative", ["Content-Type: text/plain\n\n \n", "Content-Type: text/html\n\n<p>rich</p>"])
    #expect(mail.text == "rich")
  }

  @Test("files keep their bytes and get safe names")
  func attachment() throws {
    let mail = try multipart(
      "mixed",
      [
        "Content-Type: text/plain\n\nsee file",
        "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
          + "Content-Disposition: attachment; filename=\"../../etc/pass\u{202E}wd.pdf\"\n\nAAEC\n",
      ])
    #expect(mail.text == "see file")
    #expect(mail.attachments.map(\.content) == [[0, 1, 2]])
    #expect(mail.attachments.first?.filename == "passwd.pdf")
    #expect(mail.attachments.first?.contentType == "application/pdf")
  }

  @Test(
    "file names come in RFC 2231, in encoded words and in pieces",
    arguments: [
      "filename*=gb2312''%BA%CF%CD%AC.pdf", "filename=\"=?gb2312?B?us/NrC5wZGY=?=\"",
      "filename*0*=utf-8''%E5%90%88; filename*1*=%E5%90%8C; filename*2=.pdf", "filename*1=\"同.pdf\"; filename*0=\"合\"",
      "filename=\"fallback.pdf\"; filename*=utf-8''%E5%90%88%E5%90%8C.pdf",
    ])
  func filenames(_ parameter: String) throws {
    let mail = try multipart(
      "mixed",
      [
        "Content-Type: text/plain\n\nx",
        "Content-Type: application/pdf\nContent-Disposition: attachment; \(parameter)\n\ny",
      ])
    #expect(mail.attachments.first?.filename == "合同.pdf")
  }

  @Test("a lost end boundary loses nothing")
  func lostBoundary() throws {
    let mail = try multipart(
      "mixed", ["Content-Type: text/plain\n\none", "Content-Type: text/plain\n\ntwo"], close: false)
    #expect(mail.text.split(separator: "\n") == ["one", "two"])
  }

  @Test("a stated boundary that never comes gives way to the one that does")
  func wrongBoundary() throws {
    let mail = try read(
      ["Content-Type: multipart/mixed; boundary=stated"],
      body:
        "--real\nContent-Type: text/plain\n\nwords\n--real\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\nAAEC\n--real--\n"
    )
    #expect(mail.text.trimmingPrefix { $0.isWhitespace }.hasPrefix("words"))
    #expect(mail.attachments.map(\.filename) == ["a.png"])
  }

  @Test("an enclosed mail is a file; its headers do not leak out")
  func enclosed() throws {
    let mail = try multipart(
      "mixed",
      [
        "Content-Type: text/plain\n\nouter",
        "Content-Type: message/rfc822\n\nFrom: x@y.example\nSubject: inner\n\ninner words",
      ])
    #expect(mail.text == "outer")
    #expect(mail.subject == nil)
    #expect(mail.attachments.map(\.contentType) == ["message/rfc822"])
    #expect(mail.attachments.first.map { String(decoding: $0.content, as: UTF8.self).contains("inner words") } == true)
  }

  @Test("format=flowed lines are joined, quotes keep their depth")
  func flowed() throws {
    let mail = try read(
      ["Content-Type: text/plain; format=flowed; delsp=no"], body: "one \ntwo\n> quoted \n> on\n stuffed")
    #expect(mail.text == "one two\n> quoted on\nstuffed")
  }

  @Test("uuencoded files in the text become attachments")
  func uuencoded() throws {
    let mail = try read(body: "see\nbegin 644 a.txt\n#0V%T\n`\nend\nbye")
    #expect(mail.text == "see\nbye")
    #expect(mail.attachments.first?.filename == "a.txt")
    #expect(mail.attachments.first?.content == Array("Cat".utf8))
  }

  @Test("quoted-printable survives doubled carriage returns and nonsense")
  func quotedPrintable() throws {
    let mail = try read(["Content-Transfer-Encoding: quoted-printable"], body: "a=\r\nb=ZZ =C3=A9")
    #expect(mail.text == "ab=ZZ é")
  }

  @Test("base64 with padding in its middle is read on")
  func base64() throws {
    let mail = try read(["Content-Transfer-Encoding: base64"], body: "aGVsbG8=\nIHdvcmxk")
    #expect(mail.text == "hello world")
  }

  @Test("protected mail is marked for what it is")
  func protected() throws {
    let signed = try multipart(
      "signed", ["Content-Type: text/plain\n\nwords", "Content-Type: application/pgp-signature; name=s.asc\n\nxx"])
    #expect(signed.marks.contains(.signed))
    #expect(signed.attachments.isEmpty)
    let encrypted = try multipart(
      "encrypted",
      [
        "Content-Type: application/pgp-encrypted\n\nVersion: 1",
        "Content-Type: application/octet-stream; name=e.asc\n\nxx",
      ])
    #expect(encrypted.marks.contains(.encrypted))
    #expect(encrypted.attachments.map(\.filename) == ["e.asc"])
    #expect(try read(body: "-----BEGIN PGP MESSAGE-----\nxx").marks.contains(.encrypted))
  }

  @Test("the first language tag is handed on")
  func language() throws { #expect(try read(["Content-Language: zh-CN, en"]).language == "zh-CN") }
}
