import Channels
import Conversations
import Desk
import HTTPTypes
import Hummingbird
import NIOCore

/// Our own pages: complete in themselves, no request to any third party, nothing inline that the policy would have to allow.
enum Pages {
  /// Scripts and styles only from here; framing only by whom `frameAncestors` names.
  private static func policy(frameAncestors: String = "'none'") -> String {
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors \(frameAncestors)"
  }

  private static func html(
    _ bytes: [UInt8], values: [String: String], frameAncestors: String = "'none'", status: HTTPResponse.Status = .ok
  ) -> Response {
    html(fill(bytes, values), frameAncestors: frameAncestors, status: status)
  }

  private static func html(_ text: String, frameAncestors: String = "'none'", status: HTTPResponse.Status = .ok)
    -> Response
  {
    Response(
      status: status,
      headers: [
        .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy(frameAncestors: frameAncestors),
        .xContentTypeOptions: "nosniff", .referrerPolicy: "no-referrer", .cacheControl: "no-cache",
      ], body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  /// Puts one of the texts that an element has in `data-en` and `data-zh` into it.
  private static func spoken(_ page: String, _ language: String) -> String {
    page.replacing(#/ data-en="([^"]*)" data-zh="([^"]*)">/#) { found in
      ">" + (language == "zh" ? found.output.2 : found.output.1)
    }
  }

  /// Puts `values` for `{{name}}`, escaped for HTML text and attributes.
  static func fill(_ bytes: [UInt8], _ values: [String: String]) -> String {
    var out = ""
    var rest = Substring(String(decoding: bytes, as: UTF8.self))
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      out += rest[..<open.lowerBound]
      out += htmlEscaped(values[String(rest[open.upperBound..<close.lowerBound])] ?? "")
      rest = rest[close.upperBound...]
    }
    return out + rest
  }

  /// `zh` or `en`: what was asked for, else the browser's first choice.
  static func language(_ knock: Knock) -> String {
    let wanted = knock.parameter("language") ?? knock.header(.acceptLanguage) ?? ""
    return wanted.lowercased().hasPrefix("zh") ? "zh" : "en"
  }

  static func front(_ knock: Knock) throws -> Response {
    try onlyRead(knock)
    return html(PackageResources.front_html, values: [:])
  }

  static func board(_ knock: Knock) throws -> Response {
    if knock.parts.count > 1 { return try asset(String(knock.parts[1]), knock) }
    try onlyRead(knock)
    let page = fill(PackageResources.board_html, ["language": language(knock)])
    return html(spoken(page, language(knock)))
  }

  private static func onlyRead(_ knock: Knock) throws {
    guard knock.pageMethod == .get else { throw DoorProblem.method("GET the page", allow: "GET, HEAD") }
  }

  static func chat(_ knock: Knock, _ channel: Connection, _ chat: WebChat, _ configuration: DeskConfiguration)
    -> Response
  {
    // Relative addresses of the page's files need the slash.
    guard knock.request.uri.path.hasSuffix("/") else {
      let query = knock.request.uri.query.map { "?\($0)" } ?? ""
      return Response(status: .permanentRedirect, headers: [.location: "/chat/\(channel.name)/\(query)"])
    }
    let ancestors = (["'self'"] + chat.allowedOrigins).joined(separator: " ")
    let language = language(knock)
    let problems = PageProblem(
      language: language, textMax: chat.textMax, filesMax: WebChat.attachmentsMax, filesSizeMax: WebChat.filesSizeMax)
    let page = fill(
      PackageResources.chat_html,
      [
        "title": channel.title, "language": language, "channel": channel.name.rawValue, "problems": problems.json,
        "text_max": "\(chat.textMax)", "files_max": "\(WebChat.attachmentsMax)",
        "files_size_max": "\(WebChat.filesSizeMax)",
      ])
    // Without script the chat is nothing; a contact form works all the same.
    let form = configuration.channels.values.filter { $0.adapter is WebForm }.map(\.name.rawValue).min()
    let link = form.map { name in
      let words = language == "zh" ? "填写联系表单" : "use our contact form"
      return "<a href=\"/form/\(htmlEscaped(name))?language=\(language)\" target=\"_top\">\(words)</a>"
    }
    let sentence =
      language == "zh"
      ? "在线聊天需要 JavaScript。请启用 JavaScript，或\(link ?? "发送电子邮件联系我们")。"
      : "The chat needs JavaScript. Please switch it on, or \(link ?? "write to us by e-mail")."
    return html(page.replacing("<!--noscript-->", with: sentence), frameAncestors: ancestors)
  }

  static func form(_ knock: Knock, _ channel: Connection, _ form: WebForm, _ desk: Desk) -> Response {
    let language = language(knock)
    let problems = PageProblem(
      language: language, textMax: form.textMax, filesMax: WebForm.filesMax, filesSizeMax: WebForm.filesSizeMax)
    let page = fill(
      PackageResources.form_html,
      [
        "title": channel.title, "language": language, "channel": channel.name.rawValue, "submission": Chance.id(),
        "problems": problems.json, "text_max": "\(form.textMax)", "files_max": "\(WebForm.filesMax)",
        "files_size_max": "\(WebForm.filesSizeMax)", "files_megabytes": "\(WebForm.filesSizeMax >> 20)",
      ])
    // Whole without script: every label and choice stands in the page.
    let choices = (desk.categories().array ?? []).map { category in
      let id = category["id"]?.string ?? ""
      let title = category["title"]?[language]?.string ?? category["title"]?["en"]?.string ?? id
      return "<option value=\"\(htmlEscaped(id))\">\(htmlEscaped(title))</option>"
    }
    return html(spoken(page, language).replacing("<!--choices-->", with: choices.joined()))
  }

  /// What a browser without script is shown after sending the form.
  static func formAnswer(_ knock: Knock, reference: String) -> Response {
    let language = language(knock)
    let text =
      language == "zh"
      ? "我们已收到您的请求，编号 \(reference)。回复将发送到您填写的邮箱。"
      : "We have received your request \(reference). The answer will come to your e-mail address."
    return html(PackageResources.answer_html, values: ["language": language, "text": text])
  }

  /// A refusal for a browser that shows what it is answered. Going back brings back what was filled in.
  static func problem(_ knock: Knock, _ problem: DoorProblem) -> Response {
    let language = language(knock)
    let sentences = PageProblem(
      language: language, textMax: problem.textMax, filesMax: WebForm.filesMax,
      filesSizeMax: knock.parts.first == "form" ? WebForm.filesSizeMax : 0)
    let back = language == "zh" ? "请返回上一页，您填写的内容还在。" : "Go back: what you filled in is still there."
    let text = sentences.sentence(problem) + (knock.method == .post ? (language == "zh" ? back : " " + back) : "")
    return html(
      PackageResources.answer_html, values: ["language": language, "text": text],
      status: HTTPResponse.Status(code: problem.status))
  }

  static func asset(_ name: String, _ knock: Knock) throws -> Response {
    try onlyRead(knock)
    let (bytes, type): ([UInt8], String)
    switch name {
    case "chat.js": (bytes, type) = (PackageResources.chat_js, "text/javascript")
    case "widget.js": (bytes, type) = (PackageResources.widget_js, "text/javascript")
    case "survey.js": (bytes, type) = (PackageResources.survey_js, "text/javascript")
    case "form.js": (bytes, type) = (PackageResources.form_js, "text/javascript")
    case "problems.js": (bytes, type) = (PackageResources.problems_js, "text/javascript")
    case "board.js": (bytes, type) = (PackageResources.board_js, "text/javascript")
    case "chat.css", "form.css", "board.css", "survey.css", "patchbay.css":
      (bytes, type) = (PackageResources.patchbay_css, "text/css")
    default: throw DoorProblem(404, "not_found", "there is nothing at this address")
    }
    return Response(
      status: .ok,
      headers: [.contentType: "\(type); charset=utf-8", .xContentTypeOptions: "nosniff", .cacheControl: "no-cache"],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// `survey`: as `Desk.survey` tells it, `nil` for a link that leads nowhere. `wanted`: the rating that the link names.
  static func survey(_ knock: Knock, _ survey: JSON?, wanted: Int?) -> Response {
    let (language, isChinese) = (language(knock), language(knock) == "zh")
    func say(_ chinese: String, _ english: String) -> String { isChinese ? chinese : english }
    let (stars, isRated) = (survey?["stars"]?.int, survey?["stars"]?.int != nil)
    let isOver = survey == nil || survey?["comment"]?.string != nil
    let text =
      survey == nil
      ? say("这个链接无效或已过期。", "This link is not valid, or has ended.")
      : stars.map { count in
        let rating = String(repeating: "★", count: count) + String(repeating: "☆", count: max(0, 5 - count))
        return say("谢谢！您的评价：\(rating)", "Thank you! Your rating: \(rating)")
      } ?? ""
    let page = fill(
      PackageResources.survey_html,
      [
        "language": language, "problems": PageProblem(language: language).json,
        "title": say("您对我们的服务满意吗？", "How did we do?"), "text": text,
        "state": isOver ? "gone" : isRated ? "rated" : wanted == nil ? "open" : "chosen",
        "form": isOver ? "gone" : "", "choice": isRated ? "gone" : "",
        "legend": say("您的评价", "Your rating"), "label": say("想补充什么？（可不填）", "Anything to add? (optional)"),
        "send": say("提交", "Send"),
      ])
    let choices = (1...5).reversed().map { count in
      let label = String(repeating: "★", count: count) + String(repeating: "☆", count: 5 - count)
      let words = say("\(count) 星，共 5 星", "\(count) of 5")
      let state = count == wanted && !isRated ? " checked" : ""
      return
        "<label><input type=\"radio\" name=\"stars\" value=\"\(count)\" required aria-label=\"\(words)\"\(state)> \(label)</label>"
    }
    return html(
      page.replacing("<!--stars-->", with: isRated ? "" : choices.joined()), status: survey == nil ? .notFound : .ok)
  }

  static func openAPI() -> Response {
    .text(String(decoding: PackageResources.openapi_json, as: UTF8.self), type: "application/json")
  }
}
