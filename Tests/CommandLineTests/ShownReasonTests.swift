import Conversations
import Foundation
import Testing

@Suite("Why a conversation is where it is, in the agent's language") struct ShownReasonTests {
  @Test(
    "figures and words of colleagues stay as they are",
    arguments: [
      ("en", "refund at 97 %", "refund at 97 %"), ("zh", "refund at 97 %", "refund 97 %"),
      ("zh", "moved from triage by wei: 客户要退款", "wei 从 triage 转来：客户要退款"),
      ("zh", "nothing speaks for a category", "没有任何类别的依据"),
    ])
  func reason(language: String, stored: String, told: String) async throws {
    let program = try Program()
    let server = try ScriptedServer { _ in
      (200, ["id": 7, "queue": "refunds", "status": "new", "reason": .string(stored), "messages": []])
    }
    defer {
      program.remove()
      server.stop()
    }
    let environment = ["PATCHBAY_URL": server.url, "PATCHBAY_TOKEN": "secret-token", "PATCHBAY_LANG": language]
    let result = try await program.run(["show", "7"], environment: environment)
    #expect(result.status == 0 && result.out.contains("  \(told)\n"), "\(result.out)")
  }
}
