import Channels
import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("Callers and their other channels") struct CallContactTests {
  private func withLines(_ engine: TestEngine, _ body: (Bench) async throws -> Void) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connectWhatsApp()
      try bench.connect("cti", ZammadCTI.self, ["token": "t", "default_country_code": "86"])
      try bench.connect("log", PhoneLog.self, ["default_country_code": "86", "our_numbers": ["+864005550199"]])
      try await body(bench)
    }
  }

  private func rings(_ bench: Bench, from caller: String, id: String) async -> IntakeResult {
    let call: JSON = [
      "event": "newCall", "callId": .string(id), "from": .string(caller), "to": "4005550199", "direction": "in",
    ]
    let delivery = RawDelivery(
      door: .http, path: "/t", headers: Headers([("Content-Type", "application/json")]), body: call.bytes,
      receivedAt: bench.time.now)
    return await bench.desk.receive(delivery, on: "cti")
  }

  private func contacts(_ bench: Bench) async throws -> Int { try await bench.count("SELECT COUNT(*) FROM contacts") }

  @Test("a call joins the customer who writes by WhatsApp, however the exchange writes it", arguments: TestEngine.all)
  func joins(engine: TestEngine) async throws {
    try await withLines(engine) { (bench) async throws in
      #expect(await bench.whatsAppMessage("Hi", id: "w1", phone: "8613012345678").filed == 1)
      for (index, caller) in ["13012345678", "013012345678", "+86 130 1234 5678", "008613012345678"].enumerated() {
        #expect(await rings(bench, from: caller, id: "c\(index)").filed == 1)
      }
      let wei = try await bench.agent("wei")
      _ = try await bench.desk.logCall(["from": "130-1234-5678", "text": "called back"], by: wei)
      #expect(try await contacts(bench) == 1)
      #expect(try await bench.texts("SELECT address FROM identities") == ["+8613012345678"])
    }
  }

  @Test(
    "an agent's entry that cannot be meant is refused, in words that name it",
    arguments: [
      (["started_at": "yesterday"], "started_at is not a time: yesterday"),
      (["duration_s": "-5"], "duration_s is not a number of seconds: -5"),
      (["duration_s": "long"], "duration_s is not a number of seconds: long"),
      (["direction": "sideways"], "direction is neither inbound nor outbound: sideways"),
      (["disposition": "great"], "disposition is none of"), (["category": "nosuch"], "no category `nosuch`"),
    ] as [(JSON, String)])
  func refused(wrong: JSON, words: String) async throws {
    try await withLines(.sqlite) { (bench) async throws in
      let wei = try await bench.agent("wei")
      let entry = JSON.object([.init("from", "13012345678"), .init("text", "called")] + (wrong.members ?? []))
      await #expect {
        try await bench.desk.logCall(entry, by: wei)
      } throws: { error in
        "\(error)".contains(words)
      }
      #expect(try await bench.count("SELECT COUNT(*) FROM messages") == 0)
      let right: JSON = [
        "from": "13012345678", "started_at": "2026-03-09T09:00:00+08:00", "duration_s": "60", "direction": "inbound",
        "disposition": "no-answer", "category": "refund",
      ]
      _ = try await bench.desk.logCall(right, by: wei)
    }
  }

  @Test("Mexican mobiles are the same line with and without their old 1", arguments: TestEngine.all)
  func mexico(engine: TestEngine) async throws {
    try await withLines(engine) { (bench) async throws in
      #expect(await bench.whatsAppMessage("Hola", id: "w1", phone: "5215512345678").filed == 1)
      #expect(await rings(bench, from: "00525512345678", id: "c1").filed == 1)
      #expect(try await contacts(bench) == 1)
    }
  }

  @Test("withheld callers, extensions and impossible numbers join nobody", arguments: TestEngine.all)
  func strangers(engine: TestEngine) async throws {
    try await withLines(engine) { (bench) async throws in
      for (index, caller) in ["anonymous", "-", "Unavailable", "8001", "62345678", "+86 123"].enumerated() {
        #expect(await rings(bench, from: caller, id: "c\(index)").filed == 1)
      }
      #expect(try await contacts(bench) == 6)
      #expect(try await bench.count("SELECT COUNT(*) FROM identities WHERE address LIKE '+%'") == 0)
    }
  }

  @Test("an agent's entry with a number that cannot be one is refused, and nothing is kept", arguments: TestEngine.all)
  func refused(engine: TestEngine) async throws {
    try await withLines(engine) { (bench) async throws in
      let wei = try await bench.agent("wei")
      let refusal = await #expect(throws: DeskError.self) {
        try await bench.desk.logCall(["from": "+86 123", "text": "?"], by: wei)
      }
      guard case .invalid("+86 123 is not a telephone number: too short") = refusal else {
        Issue.record("\(String(describing: refusal))")
        return
      }
      #expect(try await bench.count("SELECT COUNT(*) FROM messages") == 0)
      #expect(try await bench.count("SELECT COUNT(*) FROM parked") == 0)
      _ = try await bench.desk.logCall(["from": "anonymous", "to": "8001", "text": "no number shown"], by: wei)
      #expect(try await bench.count("SELECT COUNT(*) FROM messages") == 1)
    }
  }
}
