import Conversations
import Desk
import Foundation
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Redaction") struct RedactionTests {
  /// Test numbers of the card schemes, as people write them.
  static let cards = ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "6222020000000000004"]
  static let traces = ["4111111111111111", "411111111111111", "4111 1111", "5500-0000", "5500000000000004"]

  /// Everything that any table holds, one row a line; bytes as text.
  private func dump(_ bench: Bench) async throws -> [String: String] {
    try await bench.store.read { tx in
      var all: [String: String] = [:]
      for table in try Bench.tables(tx) {
        switch tx.dialect {
        case .postgres:
          all[table] = try tx.rows("SELECT CAST(t AS TEXT) FROM \(table) t").map { $0.text(0) }.joined(separator: "\n")
        case .sqlite:
          let names = try tx.rows("SELECT name FROM pragma_table_info('\(table)')").map { $0.text(0) }
          let cells = names.map { "COALESCE(CAST(\"\($0)\" AS TEXT), '')" }.joined(separator: " || ' ' || ")
          all[table] = try tx.rows("SELECT \(cells) FROM \"\(table)\"").map { $0.text(0) }.joined(separator: "\n")
        }
      }
      return all
    }
  }

  private func expectNoTrace(_ bench: Bench, at location: SourceLocation = #_sourceLocation) async throws {
    for (table, text) in try await dump(bench) {
      for trace in Self.traces {
        // PostgreSQL shows bytes as hex digits.
        let hex = trace.utf8.map { String($0, radix: 16) }.joined()
        #expect(!text.contains(trace) && !text.contains(hex), "\(trace) in \(table)", sourceLocation: location)
      }
    }
  }

  private func send(_ bench: Bench) async throws {
    for (number, card) in Self.cards.enumerated() {
      _ = await bench.message("我的卡号是 \(card)，请退款", id: "m\(number)")
      let letter = Bench.letter(
        "card \(card)\n\n> quoted \(card)", id: "l\(number)", subject: "Refund to \(card)",
        from: "\"\(card)\" <li@customer.example>")
      _ = await bench.mail(letter)
    }
    let parts = """
      From: Li <li@customer.example>
      To: support@example.com
      Subject: statement
      Message-ID: <parts@customer.example>
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: multipart/alternative; boundary=a

      --a
      Content-Type: text/plain; charset=utf-8

      see below
      --a
      Content-Type: text/html; charset=utf-8

      <p>see below: 4111 1111 1111 1111</p>
      --a--
      --b
      Content-Type: text/plain; name="4111111111111111.txt"
      Content-Disposition: attachment; filename="4111111111111111.txt"

      the content of a file stays as it is
      --b--

      """
    #expect(await bench.mail(parts).filed == 1)
  }

  @Test(
    "no card number reaches any column of any table, whichever way it comes in or goes out", arguments: TestEngine.all)
  func everywhere(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try await send(bench)
      let agent = try await bench.agent("wei")
      let id = ConversationID(1)
      _ = try await bench.desk.reply(
        ReplyDraft(text: "您的卡 4111 1111 1111 1111 已退款", seq: nil, anyway: true), to: id, by: agent)
      try await bench.desk.note("card 4111111111111111", on: id, by: agent)
      try await bench.sendAll()
      bench.time.advance(20)
      while try await bench.desk.indexNewMessages() > 0 {}
      try await expectNoTrace(bench)
      // The agent still sees that it was the same card.
      let shown = try await bench.desk.show(id, to: agent).description
      #expect(shown.contains("1111 #"), "\(shown.prefix(600))")
      #expect(bench.web.taken.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("4111 1111") })
    }
  }

  @Test("not even the database's files hold one")
  func files() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      try await send(bench)
      let names = try FileManager.default.subpathsOfDirectory(atPath: bench.folder.path)
      #expect(bench.store.location.attachmentsDirectory.isEmpty == false)
      for name in try Self.databaseFiles(bench.store.location) + names.map({ bench.folder.path + "/" + $0 }) {
        guard let data = FileManager.default.contents(atPath: name) else { continue }
        for trace in Self.traces { #expect(data.range(of: Data(trace.utf8)) == nil, "\(trace) in \(name)") }
      }
    }
  }

  private static func databaseFiles(_ location: StoreLocation) throws -> [String] {
    guard case .sqlite(let path) = location.engine else { return [] }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
    try #require(files.count >= 1)
    return files
  }

  @Test("a number that only the formatted half of a mail holds is in no raw bytes either", arguments: TestEngine.all)
  func onlyFormatted(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let parts = """
        From: Li <li@customer.example>
        To: support@example.com
        Subject: statement
        Message-ID: <html@customer.example>
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary=a

        --a
        Content-Type: text/plain; charset=utf-8

        see below
        --a
        Content-Type: text/html; charset=utf-8

        <p>see below: 4111 1111 1111 1111</p>
        --a--

        """
      #expect(await bench.mail(parts).filed == 1)
      try await expectNoTrace(bench)
    }
  }

  @Test("nor one that a transfer encoding hides in it", arguments: TestEngine.all)
  func encodedFormatted(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let html = Data("<p>see below: <b>4111</b> 1111 1111 1111</p>".utf8).base64EncodedString()
      func letter(_ id: String, _ html: String) -> String {
        """
        From: Li <li@customer.example>
        To: support@example.com
        Subject: statement
        Message-ID: <\(id)@customer.example>
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary=a

        --a
        Content-Type: text/plain; charset=utf-8

        see below
        --a
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: base64

        \(html)
        --a--

        """
      }
      #expect(await bench.mail(letter("hidden", html)).filed == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM raw_deliveries WHERE body IS NULL") == 1)
      let harmless = Data("<p>see below: order 2026112900012345</p>".utf8).base64EncodedString()
      #expect(await bench.mail(letter("harmless", harmless)).filed == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM raw_deliveries WHERE body IS NULL") == 1)
    }
  }

  @Test("raw bytes are kept for replay only when nothing in them had to go", arguments: TestEngine.all)
  func raw(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.message("我要申请退款", id: "m1")
      _ = await bench.message("卡号 4111111111111111", id: "m2")
      #expect(try await bench.count("SELECT COUNT(*) FROM raw_deliveries") == 2)
      #expect(try await bench.count("SELECT COUNT(*) FROM raw_deliveries WHERE body IS NULL") == 1)
      bench.time.advance(31 * 86_400)
      try await bench.desk.tidy()
      #expect(try await bench.count("SELECT COUNT(*) FROM raw_deliveries") == 0)
    }
  }

  @Test("what nobody could read is parked with its bytes for a week at most", arguments: TestEngine.all)
  func parked(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      #expect(await bench.mail("").parked == 1)
      #expect(await bench.mail("").parked == 1)
      let parked = try await bench.store.read { try $0.parkedDeliveries(limit: 10) }
      #expect(parked.map(\.attempts) == [2])
      #expect(parked.first?.reason.isEmpty == false)
      bench.time.advance(7 * 86_400 + 1)
      try await bench.desk.tidy()
      #expect(try await bench.count("SELECT COUNT(*) FROM parked WHERE body IS NOT NULL") == 0)
      #expect(try await bench.count("SELECT COUNT(*) FROM parked") == 1)
    }
  }

  @Test("the content of attachments is kept byte for byte", arguments: TestEngine.all)
  func attachments(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      try await send(bench)
      let file = try #require(try await bench.store.read { try $0.first("SELECT id FROM attachments")?.int64(0) })
      let content = String(decoding: try await bench.desk.attachmentContent(file, for: agent).bytes, as: UTF8.self)
      #expect(content.trimmingCharacters(in: .newlines) == "the content of a file stays as it is")
    }
  }
}
