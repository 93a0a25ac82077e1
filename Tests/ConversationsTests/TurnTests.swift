import Conversations
import Testing

@Suite("Turns")
struct TurnTests {
  private static let start = Instant(seconds: 1_794_794_400)

  private func turn(_ priority: Priority, after seconds: Int64 = 0, due: Int64? = nil) -> Turn {
    Turn(
      priority, enqueuedAt: Self.start.adding(seconds: seconds), dueAt: due.map { Self.start.adding(seconds: $0) })
  }

  @Test("urgent before high before normal before low, and the older before the newer of one priority")
  func order() {
    let order = [
      turn(.urgent), turn(.urgent, after: 10), turn(.high), turn(.high, after: 10), turn(.normal),
      turn(.normal, after: 10), turn(.low), turn(.low, after: 10),
    ]
    #expect(Array(order.reversed()).sorted() == order)
    // However late the others are.
    #expect(turn(.urgent, after: 30 * 86_400) < turn(.high, due: -86_400))
  }

  @Test("a promise that is nearer than the allowance brings the turn forward, one that is farther changes nothing")
  func promises() {
    #expect(turn(.normal, due: 120).by == Self.start.adding(seconds: 120))
    #expect(turn(.normal, due: 120) < turn(.high, due: 3000))
    #expect(turn(.normal, due: 30 * 86_400) == turn(.normal))
    // Broken long ago: no earlier than it was put into the line.
    #expect(turn(.low, after: 500, due: -90_000).by == Self.start.adding(seconds: 500))
  }

  @Test("waiting ages: what has waited long enough goes before what is more important and newer")
  func ageing() {
    #expect(turn(.normal) < turn(.high, after: 3 * 3600 + 1))
    #expect(turn(.high, after: 2 * 3600) < turn(.normal))
    #expect(turn(.low) < turn(.high, after: 23 * 3600 + 1))
  }

  @Test("whatever comes a day later stands behind, however it is promised: nobody is overtaken for ever")
  func bounded() {
    let most = Turn.allowanceSeconds(.low)
    let dues: [Int64?] = [nil, -9_000_000, -1, 0, 60, 3600, 86_400, 9_000_000]
    for older in Priority.allCases {
      for newer in Priority.allCases where newer != .urgent {
        for (due, newDue) in dues.flatMap({ due in dues.map { (due, $0) } }) {
          for late in [1, 60, 9_000_000] as [Int64] {
            #expect(turn(older, due: due) < turn(newer, after: most + late, due: newDue))
          }
        }
      }
    }
  }

  @Test("the number in the store keeps order and meaning, urgent or not, before 1970 and far away")
  func key() {
    for seconds in [-9_000_000_000, -1, 0, 1_794_794_400, 9_000_000_000] as [Int64] {
      for priority in Priority.allCases {
        let turn = Turn(priority, enqueuedAt: Instant(seconds: seconds), dueAt: nil)
        #expect(Turn(key: turn.key) == turn)
      }
    }
  }
}

@Suite("Pools")
struct PoolTests {
  @Test(
    "a pool is read as it was written",
    arguments: [
      Pool.shared(queue: "refunds", category: "refund", language: "zh"),
      .shared(queue: "a-b_1", category: "x", language: nil), .own(agent: "wei"),
      .shared(queue: "refunds", category: "refund", language: nil, skills: ["cantonese", "vip"]),
    ])
  func texts(pool: Pool) {
    #expect(Pool(pool.text) == pool)
  }

  @Test("what is no pool is none", arguments: ["", " ", "a", "a b"])
  func strangers(text: String) {
    #expect(Pool(text) == nil)
  }

  @Test("languages are known or any: strangers' tags make no pools")
  func languages() {
    #expect(Pool.language(of: "zh-Hant") == "zh")
    #expect(Pool.language(of: "EN-gb") == "en")
    for tag in ["und", "", "x-klingon", "tlh", "zz", "zhx"] { #expect(Pool.language(of: tag) == nil, "\(tag)") }
  }
}
