import Setup
import Testing

@Suite("The nearest word") struct NearestWordTests {
  @Test(
    "is the one a slip of the finger away",
    arguments: [
      ("clendar", "calendar"), ("qeue", "queue"), ("firstresponse", "first_response"), ("Time-Zone", "time_zone"),
      ("weekyl", "weekly"), ("recipeints", "recipients"),
    ])
  func finds(read: String, meant: String) {
    let words = ["calendar", "queue", "first_response", "time_zone", "weekly", "recipients", "name"]
    #expect(nearestWord(to: read, among: words) == meant)
  }

  @Test("is nothing when no word is near")
  func findsNothing() {
    #expect(nearestWord(to: "banana", among: ["queue", "category", "at"]) == nil)
    #expect(nearestWord(to: String(repeating: "q", count: 5000), among: ["queue"]) == nil)
  }

  @Test("counts neighbours swapped as one mistake")
  func swaps() {
    #expect(editDistance(Array("queue"), Array("queeu")) == 1)
    #expect(editDistance(Array("abc"), Array("abc")) == 0)
    #expect(editDistance(Array(""), Array("abc")) == 3)
    #expect(editDistance(Array("kitten"), Array("sitting")) == 3)
  }
}
