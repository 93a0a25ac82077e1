package import Conversations

/// sipgate.io: calls pushed as signed forms. The XML answer to each must name the URL again, or the later events of the
/// call never come. Source: sipgate.io documentation; sipgateio-node lib/webhook.
package struct Sipgate: PhoneOnly {
  package static let kind = ChannelKind("sipgate")
  package static let summary = "Calls of a sipgate connection, pushed by sipgate.io."
  package static let settings: [Setting] =
    [
      Setting("public_url", .text, required: true, help: "the address sipgate calls, as entered in its console"),
      Setting("public_key", .text, default: .string(publishedKey), help: "sipgate's public key (PEM)"),
    ] + PhoneLine.settings

  private let key: RSAKey
  private let publicURL: String
  private let line: PhoneLine

  package init(_ values: SettingValues) throws(SettingProblem) {
    key = try RSAKey(pem: values.text("public_key") ?? Self.publishedKey, key: "public_key")
    publicURL = try BaseURL.check(values.text("public_url") ?? "", key: "public_url")
    line = try PhoneLine(values)
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    guard key.isGenuine(delivery.headers["X-Sipgate-Signature"], over: delivery.body) else {
      return .refused(status: 401, reason: "X-Sipgate-Signature is missing or wrong")
    }
    return .accepted
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = RequestBody.form(try RequestBody.urlEncoded(delivery.body))
    guard let call = try PushCall(body, line: line, receivedAt: delivery.receivedAt) else {
      return Reading(answer: answer, ignored: [body["event"]?.callLine() ?? "event without a name"])
    }
    return Reading(events: [call.news.event()], answer: answer)
  }

  private var answer: Answer {
    let url = XMLWriting.escape(publicURL)
    let xml = "\(XMLWriting.declaration)\n<Response onAnswer=\"\(url)\" onHangup=\"\(url)\"/>"
    return Answer(contentType: "application/xml", body: Array(xml.utf8))
  }

  /// The key sipgate publishes for all its customers. Source: sipgateio-node lib/webhook/signatureVerifier.ts.
  private static let publishedKey = """
    -----BEGIN PUBLIC KEY-----
    MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAvFdlnqRfO5TmqzjtsFVC
    qPz+oW+poi3lXQFvMJJMEAtlU4MbX+yuIkgnC+Qt3AQWIK+oWSEQiybg+p39wEMl
    16PZxEzf9gONQvTg1XhyHnwqYUFQj/AoxPKGYC3jmdjZ224SrESiTN3CdxoOc3vk
    cXiQstYE7SxnksPtzfk0aIOkicim5/tAP9izNQ18/zmX3ChjK2k72gf5dDlq+qZ8
    pRiHAPZ64TySH6cLQDhaoh6Nbq8FEG3usXXPClbUMh2DZaTMPafpd+LNuTngJ/y+
    KoZasVuFfXAeBqGA6l5d4Uedfr99Z6qjwDrJ8sU4z2Do9bJrbuqP+mOXEebhSI1K
    vi8trEfrIt8hnDBGsBaB9NEO3kYxvDT2/PhC9fNYFocjEpZNd7/mUqTJDYlpa4UC
    NDQaU+ATdXG8/P5sGAegks6MQTu+qe9XTO0CV48eswDkz6g3UbLOwmrJK59SjD3J
    yAZ52sluwyDKRWw/PPTt8BTQLjvkdbiLUlc4ehJ4b1X7D7diYWHDPeFL47cAvaXh
    dXVrZDeBJYibvD1jRx4ES0KlfhwzNXBYUoM/Movg9zMM2PzyHHKS//xIjwUC/FJ6
    /6eykno0Hy2B1ev6s3hdY6VkN2zd7Wf+EK4DxRliwsg1U99szFE3ewLfexF+Uag5
    M+TfPtOUumI/NHMTvsRW9+ECAwEAAQ==
    -----END PUBLIC KEY-----
    """
}
