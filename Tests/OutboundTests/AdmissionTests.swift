import Outbound
import Rehearsal
import Testing

@Suite struct AdmissionTests {
  @Test(
    "those of one destination start in their order, and no limit is ever passed",
    arguments: 1...20 as ClosedRange<UInt64>)
  func limits(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    var admission = Admission<Int, Int>(perKeyMax: 3, totalMax: 7)
    var (running, started): ([Int], [Int: [Int]]) = ([], [:])
    for item in 0..<400 {
      let key = Int.random(in: 0..<5, using: &numbers)
      var begun = admission.arrive(item * 5 + key, for: key) ? [item * 5 + key] : []
      while Bool.random(using: &numbers), let index = running.indices.randomElement(using: &numbers) {
        begun += admission.leave(running.remove(at: index) % 5)
      }
      running += begun
      for one in begun { started[one % 5, default: []].append(one) }
      #expect(running.count <= 7 && admission.activeTotal == running.count)
      #expect((0..<5).allSatisfy { key in running.count { $0 % 5 == key } <= 3 })
    }
    while !running.isEmpty {
      let begun = admission.leave(running.removeFirst() % 5)
      running += begun
      for one in begun { started[one % 5, default: []].append(one) }
    }
    #expect(started.values.map(\.count).reduce(0, +) == 400)
    #expect(started.values.allSatisfy { $0 == $0.sorted() })
  }

  @Test("a slow destination with a long queue does not keep others out")
  func fairness() {
    var admission = Admission<String, Int>(perKeyMax: 2, totalMax: 4)
    let slow = (0..<100).filter { admission.arrive($0, for: "slow") }
    #expect(slow == [0, 1])
    expectArrival(of: 1000, at: "quick", in: &admission, starts: true)
    expectArrival(of: 1001, at: "quick", in: &admission, starts: true)
    expectArrival(of: 1002, at: "quick", in: &admission, starts: false)
    let after1 = admission.leave("quick")
    #expect(after1 == [1002])
  }

  @Test("who withdraws is gone, and the others keep their turn")
  func withdrawal() {
    var admission = Admission<String, Int>(perKeyMax: 1, totalMax: 1)
    expectArrival(of: 1, at: "a", in: &admission, starts: true)
    for (item, key) in [(2, "a"), (3, "b"), (4, "a")] {
      expectArrival(of: item, at: key, in: &admission, starts: false)
    }
    let gone = admission.withdraw { $0 == 2 }
    #expect(gone == [2])
    let after2 = admission.leave("a")
    #expect(after2 == [4])
    let after3 = admission.leave("a")
    #expect(after3 == [3])
    let after4 = admission.leave("b")
    #expect(after4 == [])
    #expect(admission.activeTotal == 0)
  }

  private func expectArrival(of item: Int, at key: String, in admission: inout Admission<String, Int>, starts: Bool) {
    let isStarted = admission.arrive(item, for: key)
    #expect(isStarted == starts)
  }
}
