import Channels
import Conversations
import Testing

@Suite("Dry runs")
struct DryRunTests {
  private let now = Specimen.arrival

  @Test("a captured request loses profile and door, keeps the rest of its path")
  func paths() throws {
    for (path, profile, rest) in [
      ("/webhooks/zammad_cti/main/token", "main", "/token"), ("/webhooks/line/main", "main", ""),
      ("/hooks/shop/a/b", "shop", "/a/b"), ("/other", "", "/other"), ("/webhooks/line", "", "/webhooks/line"),
    ] {
      let request = try CapturedRequest(parsing: JSON.object([JSON.Member("path", .string(path))]).bytes, now: now)
      #expect(request.profile == profile && request.delivery.path == rest, "\(path)")
    }
  }

  @Test("bodies come as text, base64 or repetition; header values may be lists")
  func bodies() throws {
    let body = { (json: String) in try CapturedRequest(parsing: Array(json.utf8), now: Specimen.arrival).delivery.body }
    #expect(try body(#"{"body":"你"}"#) == Array("你".utf8))
    #expect(try body(#"{"body_base64":"/w=="}"#) == [0xFF])
    #expect(try body(#"{"body_repeat":{"prefix":"<","unit":"ab","count":2,"suffix":">"}}"#) == Array("<abab>".utf8))
    #expect(throws: CapturedRequest.Problem.self) { try body(#"{"body_repeat":{"unit":"a","count":1e18}}"#) }
    #expect(throws: CapturedRequest.Problem.self) { try body(#"{"body_repeat":{"unit":"a","count":999999999999}}"#) }
    let request = try CapturedRequest(
      parsing: Array(
        #"{"method":"get","query":"a=1","headers":{"X":["1","2"],"y":"3"},"now":"2026-08-20T09:30:00Z"}"#.utf8),
      now: .epoch)
    #expect(request.delivery.method == "GET" && request.delivery.query == "a=1")
    #expect(request.delivery.headers.fields.map(\.value) == ["1", "2", "3"])
    #expect(request.delivery.receivedAt == now)
  }

  @Test("an unknown adapter and every wrong setting are named at once")
  func problems() {
    func problems(_ kind: String, _ settings: JSON) -> [String] {
      do throws(DryRun.Problems) {
        _ = try DryRun(kind: ChannelKind(kind), settings: settings)
        return []
      } catch {
        return error.list.map(\.key)
      }
    }
    #expect(problems("carrier_pigeon", .object([])) == ["adapter"])
    #expect(problems("messenger", ["app_secret": 7, "profile": "x"]) == ["verify_token", "page_id"])
    #expect(problems("messenger", ["app_secret": "", "verify_token": [], "page_id": []]).count == 3)
    #expect(problems("webform", ["text_max": 0]) == ["text_max"])
  }

  @Test("a line says what was accepted, refused or unreadable")
  func lines() throws {
    let run = try DryRun(kind: WebForm.kind, settings: .object([]))
    let line = { (json: String) in run.line(request: Array(json.utf8), now: Specimen.arrival) }
    let accepted = line(#"{"body":"{\"email\":\"a@b.cd\",\"text\":\"hi\"}"}"#)
    #expect(accepted["accepted"]?.bool == true && accepted["status"]?.int == 200)
    let message = accepted["messages"]?[0]
    #expect(message?["event"]?.string == "message" && message?["sent_at"]?.string == now.rfc3339)
    #expect(message?["contact"]?["email"]?.string == "a@b.cd" && message?["in_reply_to"] == [])
    #expect(line(#"{"method":"PUT"}"#)["status"]?.int == 405 && line(#"{"method":"PUT"}"#)["accepted"]?.bool == false)
    #expect(line(#"{"body":"text=hi"}"#)["status"]?.int == 422)
    #expect(line("nonsense")["error"]?.string?.contains("request file") == true)
  }

  @Test("a reading is handed on without repeats and without U+0000")
  func tidied() throws {
    let message = InboundEvent(
      kind: .message, channelKind: ChannelKind("x"), externalID: "1\u{0}", threadKey: "x:1",
      contact: ContactCard(name: "A\u{0}"),
      text: "a\u{0}b")
    var (edit, edited) = (message, message)
    (edit.kind, edited.kind, edited.text) = (.edit, .edit, "c")
    let events = Reading(events: [message, message, edit, edited, edit]).tidied().events
    #expect(events.map(\.kind) == [.message, .edit, .edit] && events.map(\.text) == ["a\u{FFFD}b", "a\u{FFFD}b", "c"])
    #expect(events[0].externalID == "1\u{FFFD}" && events[0].contact.name == "A\u{FFFD}")
  }
}
