package import Conversations

extension OutboundResponse {
  /// What a response means to an adapter that sends over HTTP and is answered in JSON (`nil`: the body is none).
  /// Failures on the way and answers of mail servers mean the same to all of them.
  package func outcome(_ read: (_ status: Int, _ headers: Headers, _ json: JSON?) -> Outcome) -> Outcome {
    switch self {
    case .failed(let failure): Outcome(failure)
    case .mail(let code, let text): .rejected(reason: "not an HTTP answer: \(code) \(text)", code: nil)
    case .http(let status, let headers, let body): read(status, headers, try? JSON(parsing: body))
    }
  }
}
