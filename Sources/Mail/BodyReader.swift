/// Which parts of a mail are its words, and which are files.
enum BodyReader {
  struct Body {
    var text = ""
    var html: String?
    var attachments: [MailAttachment] = []
    var marks: MailMarks = []
  }

  static func read(_ tree: MimeNode, limits: MailLimits) -> Body {
    var body = Body()
    var walk = Walk(limits: limits)
    walk.visit(tree)
    body.text = walk.texts.joined(separator: "\n")
    body.html = walk.htmls.isEmpty ? nil : walk.htmls.joined(separator: "\n")
    (body.attachments, body.marks) = (walk.attachments, walk.marks)
    return body
  }

  private struct Walk {
    let limits: MailLimits
    var texts: [String] = []
    var htmls: [String] = []
    var attachments: [MailAttachment] = []
    var marks: MailMarks = []

    mutating func visit(_ node: MimeNode) {
      switch node.content {
      case .container(let children): for child in children { visit(child) }
      case .enclosed(_, let raw): attach(node, content: raw)
      case .leaf(let raw):
        if node.contentType.value == "text/plain" {
          let decoded = Charset.decode(TransferDecoding.decode(raw, node.encoding), label: node.contentType["charset"])
          texts.append(decoded.text)
        } else {
          attach(node, content: TransferDecoding.decode(raw, node.encoding))
        }
      }
    }

    mutating func attach(_ node: MimeNode, content: [UInt8]) {
      attachments.append(
        MailAttachment(filename: node.contentType["name"], contentType: node.contentType.value, content: content))
    }
  }
}
