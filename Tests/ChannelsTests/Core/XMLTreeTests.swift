import Channels
import Testing

@Suite("The strict XML reader")
struct XMLTreeTests {
  private func problem(_ text: String) -> XMLTree.Problem? {
    do {
      _ = try XMLTree(parsing: Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test("elements, text, entities, sections of character data and comments are read")
  func reading() throws {
    let text = """
      \u{FEFF}<?xml version="1.0" encoding="UTF-8"?><!-- a > b --><xml a="1 > 0" b='"'>
      <To><![CDATA[<b>&amp;]]></To><From>A &lt;&#x4F60;&#22909;&gt; &amp; B</From><Empty/><From>second</From></xml>

      """
    let tree = try XMLTree(parsing: Array(text.utf8))
    #expect(tree.name == "xml" && tree.children.count == 4)
    #expect(tree["To"]?.text == "<b>&amp;")
    #expect(tree["From"]?.text == "A <你好> & B")
    #expect(tree["Empty"] == XMLTree(name: "Empty") && tree["None"] == nil)
  }

  @Test("declarations are refused wherever they stand, and so are entities of anybody's making")
  func declarations() {
    #expect(problem("<!DOCTYPE a><a/>") == .declaration)
    #expect(problem("<a><!ENTITY b SYSTEM \"file:///x\"></a>") == .declaration)
    #expect(problem("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>") == .declaration)
    for text in ["<a>&b;</a>", "<a>&</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>&amp</a>"] {
      #expect(problem(text) == .entity)
    }
  }

  @Test(
    "what is not well-formed is refused",
    arguments: [
      "", " ", "<", "<a", "<a>", "<a></b>", "</a>", "<a/><b/>", "x<a/>", "<a/>x", "<a b></a>", "<a b=c/>", "<a b=\"/>",
      "<a><![CDATA[x</a>", "<![CDATA[x]]>", "<!--", "<a><b></a></b>", "<a b=\"<\"/>", "<?xml", "< a/>",
    ])
  func malformed(text: String) {
    #expect(problem(text) != nil)
  }

  @Test("depth, number of elements and bytes that are no UTF-8 have their limits")
  func limits() {
    let deep = String(repeating: "<a>", count: 100_000)
    #expect(problem(deep) == .tooLarge)
    let wide = "<a>" + String(repeating: "<b/>", count: XMLTree.elementsMax) + "</a>"
    #expect(problem(wide) == .tooLarge)
    let broken: [UInt8] = Array("<a>".utf8) + [0xC3, 0x28] + Array("</a>".utf8)
    #expect(throws: XMLTree.Problem.encoding) { try XMLTree(parsing: broken) }
  }

  @Test("a megabyte of near-endings takes no longer than it should")
  func speed() {
    #expect(problem("<a><!--" + String(repeating: "-", count: 1_000_000)) == .unfinished)
    #expect(problem("<a>" + String(repeating: "&lt;", count: 250_000) + "</a>") == nil)
    #expect(problem("<a><![CDATA[" + String(repeating: "]]", count: 500_000) + "</a>") == .unfinished)
  }
}
