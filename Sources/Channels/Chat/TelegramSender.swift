import Conversations

/// Sends through the Bot API. core.telegram.org/bots/api#sendmessage
struct TelegramSender: Sendable {
  let base: String
  let token: Secret
  let business: String?

  private static let splitter = TextSplitter(limit: 4096)

  /// A keyboard that customers write with, not supported for business accounts. Its size is not documented: ours is
  /// what fits a screen. core.telegram.org/bots/api#replykeyboardmarkup
  var quickReplies: QuickReplies? { business == nil ? QuickReplies(most: 10, labelMax: 64) : nil }

  /// Text first, in pieces, then each attachment by itself.
  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    let parts = message.threadKey.split(separator: ":").map(String.init)
    guard parts.count >= 3, Int64(parts[2]) != nil else { throw Unrenderable("the conversation names no chat") }
    var address = [JSON.Member("chat_id", .number(parts[2]))]
    if parts.count > 3, Int64(parts[3]) != nil { address.append(JSON.Member("message_thread_id", .number(parts[3]))) }
    if let business { address.append(JSON.Member("business_connection_id", .string(business))) }
    let pieces = Self.splitter.pieces(message.text)
    var requests = pieces.enumerated().map { index, text in
      var members = address + [JSON.Member("text", .string(text))] + (index == 0 ? Self.answering(message) : [])
      if index == pieces.count - 1 { members += Self.keyboard(message.options) }
      return call("sendMessage", contentType: "application/json", JSON.object(members).bytes)
    }
    for attachment in message.attachments { requests.append(try upload(attachment, address)) }
    guard !requests.isEmpty else { throw Unrenderable("the message is empty") }
    return requests
  }

  /// A message that has been deleted meanwhile is answered all the same.
  private static func answering(_ message: OutboundMessage) -> [JSON.Member] {
    guard let id = message.inReplyTo?.split(separator: ":").last, Int64(id) != nil else { return [] }
    let parameters: JSON = ["message_id": .number(String(id)), "allow_sending_without_reply": true]
    return [JSON.Member("reply_parameters", parameters)]
  }

  private static func keyboard(_ options: [String]) -> [JSON.Member] {
    guard !options.isEmpty else { return [] }
    let rows = options.map { label -> JSON in [["text": .string(label)]] }
    let keyboard: JSON = ["keyboard": .array(rows), "resize_keyboard": true, "one_time_keyboard": true]
    return [JSON.Member("reply_markup", keyboard)]
  }

  private func call(_ method: String, contentType: String, _ body: [UInt8]) -> OutboundRequest {
    .http(
      HTTPRequest(
        url: Secret("\(base)/bot\(token.reveal())/\(method)"), headers: Headers([("Content-Type", contentType)]),
        body: body))
  }

  private func upload(_ attachment: Attachment, _ address: [JSON.Member]) throws(Unrenderable) -> OutboundRequest {
    let (method, field) = attachment.kind == .image ? ("sendPhoto", "photo") : ("sendDocument", "document")
    guard let content = attachment.content else {
      let url = try ChatText.address(of: attachment, for: "Telegram")
      let members = address + [JSON.Member(field, .string(url))]
      return call(method, contentType: "application/json", JSON.object(members).bytes)
    }
    guard content.count <= 50_000_000 else { throw Unrenderable("Telegram takes files of up to 50 MB") }
    var writer = MultipartWriter()
    for member in address { writer.add(member.key, member.value.text ?? "") }
    // Beyond 10 MB a photo is only taken as a file.
    let isPhoto = field == "photo" && content.count <= 10_000_000
    writer.add(
      isPhoto ? "photo" : "document", filename: attachment.filename ?? "file",
      contentType: attachment.contentType ?? "application/octet-stream", content)
    let (body, type) = writer.body()
    return call(isPhoto ? "sendPhoto" : "sendDocument", contentType: type, body)
  }

  /// `getFile` tells the path, good for an hour. core.telegram.org/bots/api#getfile
  func mediaFetch(_ id: String) -> MediaFetch {
    let (base, token) = (base, token)
    let body: JSON = ["file_id": .string(id)]
    let request = HTTPRequest(
      url: Secret("\(base)/bot\(token.reveal())/getFile"), headers: Headers([("Content-Type", "application/json")]),
      body: body.bytes)
    return MediaFetch(request, hosts: [], base: base) { response throws(Unfetchable) in
      guard case .http(let status, _, let bytes) = response, let json = try? JSON(parsing: bytes),
        json["ok"]?.bool == true
      else {
        switch Self.interpret(response) {
        case .unauthorized(let reason, _): throw .unauthorized(reason)
        case .rejected(let reason, _): throw .never(reason)
        case .retry(let seconds, let reason): throw .later(afterSeconds: seconds, reason)
        case .accepted: throw .never("the Bot API's answer about the file makes no sense")
        }
      }
      guard (200..<300).contains(status), let path = json["result"]?["file_path"]?.filled, !path.contains("..") else {
        throw .never("the Bot API names no path for the file: it is larger than 20 MB")
      }
      return .download("\(base)/file/bot\(token.reveal())/\(path)", hosts: [], base: base)
    }
  }

  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { status, headers, json in
      guard json?["ok"]?.bool == true else { return refusal(json, status, headers) }
      guard (200..<300).contains(status), let id = json?["result"]?["message_id"]?.text,
        let chat = json?["result"]?["chat"]?["id"]?.text
      else { return .retry(afterSeconds: nil, reason: "HTTP \(status), but not an answer of the Bot API") }
      return .accepted(providerID: "\(chat):\(id)")
    }
  }

  private static func refusal(_ json: JSON?, _ status: Int, _ headers: Headers) -> Outcome {
    guard let code = json?["error_code"]?.int else {
      return (200..<300).contains(status)
        ? .retry(afterSeconds: nil, reason: "HTTP \(status), but not an answer of the Bot API")
        : Outcome(httpStatus: status, headers: headers, reason: "HTTP \(status) without an explanation")
    }
    let words = "\(json?["description"]?.string?.callLine(limit: 300) ?? "error") (Telegram \(code))"
    // A token that is none is a path that is not there.
    if code == 401 || (code == 404 && json?["description"] == "Not Found") {
      return .unauthorized(reason: "Telegram does not accept the bot's token: \(words)", code: String(code))
    }
    if let pause = json?["parameters"]?["retry_after"]?.int {
      return .retry(afterSeconds: min(max(0, pause), 86_400), reason: words)
    }
    return Outcome(httpStatus: code, headers: headers, reason: words, code: String(code))
  }
}
