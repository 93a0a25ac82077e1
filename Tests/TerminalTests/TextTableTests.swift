import Terminal
import Testing

@Suite("tables and wrapping")
struct TextTableTests {
  private func sample() -> TextTable {
    var table = TextTable([
      .init("ID", right: true), .init("Queue", minimum: 6), .init("Customer", minimum: 6, dispensable: 1),
      .init("Subject", minimum: 8), .init("Waiting", right: true), .init("Note", minimum: 4, dispensable: 2),
    ])
    table.add([.init("7"), .init("payments"), .init("李伟"), .init("支付失败两次，钱已经扣了"), .init("12 min"), .init("x")])
    table.add([
      .init("40391", .bold), .init("technical"), .init("Alexandria Konstantinopoulou"),
      .init("App closes 👨‍👩‍👧‍👦 when I open the card page on my tablet", .red), .init("overdue 20 min"), .init(""),
    ])
    return table
  }

  @Test("no line is wider than the terminal", arguments: [20, 40, 60, 80, 120, 200])
  func fits(width: Int) {
    for line in sample().lines(width: width, paint: Paint(isOn: false)) { #expect(Columns.of(line) <= width) }
  }

  @Test("a column begins in the same place on every line")
  func aligned() {
    let lines = sample().lines(width: 200, paint: Paint(isOn: false))
    let place = { (line: String, word: String) in line.firstRange(of: word).map { Columns.of(line[..<$0.lowerBound]) } }
    #expect(lines.count == 3)
    #expect(place(lines[0], "Subject") == place(lines[1], "支付"))
    #expect(place(lines[0], "Subject") == place(lines[2], "App"))
    #expect(place(lines[0], "Customer") == place(lines[1], "李伟"))
  }

  @Test("a narrow terminal keeps what matters and drops the rest")
  func narrow() {
    let heading = sample().lines(width: 40, paint: Paint(isOn: false))[0]
    #expect(heading.contains("ID") && heading.contains("Subject") && !heading.contains("Note"))
  }

  @Test("without a width nothing is shortened")
  func unlimited() {
    let lines = sample().lines(width: nil, paint: Paint(isOn: false))
    #expect(!lines.joined().contains("…"))
  }

  @Test("colour changes no column, and is off without a terminal or with NO_COLOR")
  func colour() {
    let plain = sample().lines(width: 80, paint: Paint(isOn: false))
    let painted = sample().lines(width: 80, paint: Paint(isOn: true))
    #expect(painted != plain)
    let stripped = painted.map { line in
      Style.allCases.reduce(line) { $0.split(separator: "\u{1B}[\(parameter($1))m").joined() }
    }
    #expect(stripped.map { $0.filter { $0 != " " } } == plain.map { $0.filter { $0 != " " } })
    #expect(!Paint(isTerminal: false, environment: [:]).isOn)
    #expect(!Paint(isTerminal: true, environment: ["NO_COLOR": "1"]).isOn)
    #expect(!Paint(isTerminal: true, environment: ["TERM": "dumb"]).isOn)
    #expect(Paint(isTerminal: true, environment: ["NO_COLOR": ""]).isOn)
  }

  private func parameter(_ style: Style) -> Int {
    switch style {
    case .plain: 0
    case .bold: 1
    case .dim: 2
    case .red: 31
    case .green: 32
    case .yellow: 33
    case .cyan: 36
    }
  }

  @Test("a cell shows nothing raw")
  func neutralCells() {
    var table = TextTable([.init("A")])
    table.add([.init("\u{1B}[2Jx\ny")])
    #expect(table.lines(width: 80, paint: Paint(isOn: false))[1] == "␛[2Jx y")
  }

  @Test("wrapped lines fit, and nothing but spaces is lost", arguments: [2, 7, 20, 40, 79])
  func wrapping(width: Int) {
    let text =
      "我昨天充值了两次（每次￥500），但是余额没有变化。Please check order TX-2026-000391 at https://pay.example/orders/391?x=1 today.\n\n谢谢！"
    let lines = Wrapping.lines(text, columns: width)
    for line in lines { #expect(Columns.of(line) <= width, "\(line)") }
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " && $0 != "\n" })
  }

  @Test("no line begins with closing punctuation or ends with an opening bracket")
  func punctuation() {
    for width in 6...30 {
      for line in Wrapping.lines("他说：「支付失败了，钱却扣了。」（请尽快处理！）我很着急，谢谢。", columns: width) {
        #expect(!"，。！）」".contains(line.first ?? "x"), "\(width): \(line)")
        #expect(!"（「".contains(line.last ?? "x"), "\(width): \(line)")
      }
    }
  }

  @Test("a text of a hundred thousand characters is folded in one go")
  func long() {
    let lines = Wrapping.lines(String(repeating: "支付ab ", count: 20_000), columns: 40)
    #expect(lines.count > 2_000)
  }
}
