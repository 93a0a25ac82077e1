import Conversations
import Desk
import Storage
import TestSupport
import Testing

/// REQUIREMENTS H: parked with a reason.
@Suite("Mail that names nobody") struct NamelessMailTests {
  @Test("is parked with its reason, and its bytes are there to look at", arguments: TestEngine.all)
  func parked(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let nameless = "To: support@example.com\nSubject: refund\nMessage-ID: <n1@x.example>\n\nWhere is my refund?\n"
      let result = await bench.mail(nameless)
      #expect(result.answer.status == 200 && result.filed == 0 && result.parked == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations") == 0)
      let kept = try await bench.texts("SELECT reason FROM parked")
      #expect(
        kept == ["message could not be filed: the mail names nobody: no From, Sender or Reply-To with an address"])
      #expect(try await bench.count("SELECT COUNT(*) FROM parked WHERE body IS NOT NULL") == 1)
    }
  }

  @Test("with a card number in it, it is filed without the number: parked bytes are not redacted")
  func secret() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      let nameless =
        "To: support@example.com\nSubject: refund\nMessage-ID: <n4@x.example>\n\nMy card 4111111111111111\n"
      let result = await bench.mail(nameless)
      #expect(result.filed == 1 && result.parked == 0)
      #expect(
        try await bench.texts("SELECT text FROM messages WHERE direction = 'in'").allSatisfy { !$0.contains("4111111") }
      )
    }
  }

  @Test(
    "whoever is named in another field is who wrote it",
    arguments: ["Sender: bo@x.example", "Reply-To: Bo <bo@x.example>"])
  func named(header: String) async throws {
    try await withBench(.sqlite) { (bench) async throws in
      let result = await bench.mail("\(header)\nSubject: refund\nMessage-ID: <n2@x.example>\n\nWhere is my refund?\n")
      #expect(result.filed == 1)
    }
  }

  @Test("a report needs no author")
  func report() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      let bounce = """
        To: support@example.com
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <n3@x.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain

        It could not be delivered.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.x.example

        Final-Recipient: rfc822; gone@x.example
        Action: failed
        Status: 5.1.1
        --b--

        """
      let result = await bench.mail(bounce, from: "")
      #expect(result.parked == 0)
    }
  }
}
