import Mail

/// A small mail for a test: headers and body as given, CRLF line ends.
func letter(_ headers: [String] = [], body: String = "Hello") -> [UInt8] {
  letter(headers, body: Array(body.replacing("\n", with: "\r\n").utf8))
}

func letter(_ headers: [String] = [], body: [UInt8]) -> [UInt8] {
  let names = headers.map { $0.prefix { $0 != ":" }.lowercased() }
  let defaults = [("from", "From: Anna Berg <anna@customer.example>"), ("to", "To: support@example.com")]
  let lines = defaults.filter { !names.contains($0.0) }.map(\.1) + headers
  return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
}

func read(_ headers: [String] = [], body: String = "Hello") throws -> MailMessage {
  try MailMessage(parsing: letter(headers, body: body))
}

/// What the reply trimmer shows of a plain text.
func reply(_ text: String) throws -> String {
  try read(
    ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"], body: text
  ).replyText
}

func html(_ markup: String) throws -> MailMessage {
  try read(["MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8"], body: markup)
}
