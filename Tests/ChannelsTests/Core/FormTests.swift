import Channels
import Conversations
import Testing

@Suite("Forms")
struct FormTests {
  @Test("percent and plus are decoded, duplicates and their order stay")
  func urlEncoded() {
    let fields = FormFields(query: "a=1+2&b=%E4%BD%A0%2b&a=&c&%61=3%zz&=x")
    #expect(fields.fields.map(\.name) == ["a", "b", "a", "c", "a", ""])
    #expect(fields.fields.map(\.text) == ["1 2", "你+", "", "", "3%zz", "x"])
    #expect(fields["a"] == "1 2" && fields.all("a") == ["1 2", "", "3%zz"])
  }

  @Test("values that are not UTF-8 keep their bytes")
  func rawBytes() throws {
    let field = try #require(FormFields(query: "x=%FF%41").fields.first)
    #expect(field.bytes == [0xFF, 0x41] && field.text == "\u{FFFD}A")
  }

  @Test("a query of a million fields is none")
  func tooManyFields() {
    let body = Array(String(repeating: "a=1&", count: 1_000_000).utf8)
    #expect(FormFields(urlEncoded: body) == nil)
    #expect(FormFields(urlEncoded: [UInt8](repeating: UInt8(ascii: "&"), count: 1_000_000))?.fields.isEmpty == true)
  }

  @Test("what is encoded is decoded again")
  func roundTrip() {
    let text = "a b+c/d?e=f&g%h~i._-你\u{1F600}\u{0}"
    let encoded = FormFields.encode(text)
    #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    #expect(String(decoding: FormFields.decode(encoded.utf8), as: UTF8.self) == text)
  }

  private func multipart(_ body: String, _ type: String = "multipart/form-data; boundary=b") throws -> FormFields {
    try Multipart.fields(Array(body.utf8), contentType: type)
  }

  @Test("parts keep name, file name, type and bytes")
  func parts() throws {
    let body =
      "preamble\r\n--b\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nline1\r\n\r\n--bx\r\n--b\r\n"
      + "Content-Disposition: form-data; name=\"f\"; filename=\"..\\\\x/e\\\"vil;.txt\"\r\nContent-Type: text/plain\r\n\r\n"
      + "\r\n--b--\r\nepilogue"
    let fields = try multipart(body).fields
    #expect(fields.map(\.name) == ["a", "f"])
    #expect(fields.first?.text == "line1\r\n\r\n--bx")
    #expect(fields.last?.filename == "e\"vil;.txt" && fields.last?.contentType == "text/plain")
    #expect(fields.last?.bytes == [])
  }

  @Test("bare line feeds, quoted boundaries and odd cases are read")
  func loose() throws {
    let body = "--a b\nContent-Disposition: FORM-DATA; NAME=x\n\n1\n--a b--"
    #expect(try multipart(body, "Multipart/Form-Data; charset=x; Boundary=\"a b\"")["x"] == "1")
  }

  @Test(
    "broken multipart bodies are unreadable",
    arguments: [
      ("", "multipart/form-data; boundary=b"), ("--b\r\n", "multipart/form-data; boundary=b"),
      ("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1", "multipart/form-data; boundary=b"),
      ("--b--", "multipart/form-data"), ("--\r\n", "multipart/form-data; boundary=\"\""),
    ])
  func broken(body: String, type: String) { #expect(throws: Unreadable.self) { try multipart(body, type) } }

  @Test("too many parts, and megabytes of almost-boundaries, end quickly")
  func hostile() throws {
    let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n"
    #expect(throws: Unreadable.self) { try multipart(String(repeating: part, count: 501) + "--b--") }
    let almost =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + String(repeating: "\r\n--", count: 500_000)
    #expect(try multipart(almost + "\r\n--b--")["a"]?.utf8.count == 2_000_000)
  }

  @Test("what the writer writes, the reader reads")
  func writer() throws {
    var form = MultipartWriter()
    form.add("text", "你好\r\n--part-")
    form.add("file", filename: "a\"\r\nX: y.png", contentType: "image/png", [0, 13, 10, 45, 45])
    let (bytes, type) = form.body()
    let fields = try Multipart.fields(bytes, contentType: type).fields
    #expect(fields.map(\.name) == ["text", "file"] && fields.first?.text == "你好\r\n--part-")
    #expect(fields.last?.bytes == [0, 13, 10, 45, 45] && fields.last?.contentType == "image/png")
    #expect(form.body().bytes == bytes)
  }

  @Test("a body is read by its type, and without one by its look")
  func bodies() throws {
    let read = { (body: String, type: String?) in try RequestBody.read(Specimen.delivery(body.utf8, type: type)) }
    #expect(try read(#"{"a":7,"b":["x","y"]}"#, "application/vnd.x+json; charset=utf-8")["a"] == "7")
    #expect(try read(#" {"a":7}"#, nil)["a"] == "7")
    #expect(try read("a=7&b[]=x&b[]=y", nil).all("b") == ["x", "y"])
    #expect(try read(#"{"b":["x","y"]}"#, nil).all("b") == ["x", "y"])
    #expect(throws: Unreadable.self) { try read("{", "application/json") }
  }

  @Test("file names lose their folders and control characters")
  func filenames() {
    #expect(Multipart.safeFilename("../../etc/passwd") == "passwd")
    #expect(Multipart.safeFilename("C:\\a\\b\u{7}.txt") == "b.txt")
    for name in ["", "/", "..", "a/.", "\u{0}"] { #expect(Multipart.safeFilename(name) == "file") }
    #expect(Multipart.safeFilename(String(repeating: "长", count: 999)).count == 255)
  }
}
