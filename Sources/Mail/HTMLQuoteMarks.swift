import CGumbo

/// What mail clients' markup says about quotes and signatures.
enum HTMLQuoteMarks {
  enum Mark {
    /// This element is not new: a signature, a line that introduces a quote.
    case cut
    /// Old words.
    case citation
    /// Nothing from here on is new.
    case cutRest
  }

  private static let cutClasses: Set<String> = [
    "gmail_quote", "gmail_quote_container", "gmail_attr", "gmail_signature", "gmail_signature_prefix", "yahoo_quoted",
    "yahoo-quoted-begin",
    "moz-cite-prefix", "moz-signature", "protonmail_quote", "protonmail_signature_block", "tutanota_quote",
    "zmail_extra", "zmail_extra_hr", "ms-outlook-mobile-signature", "bloop_sign", "front-blockquote", "sh-signature",
    "netease_quote", "ntes_quote", "mail_quote", "reply-quote", "cafe24_quote", "uniboxquote", "wordsection_quote",
    "mailspring-signature", "nylas-quote", "qt", "replyheader", "hoverMailQuote", "mb_attribution",
    "freebirdFormviewerViewItemsHidden",
  ]
  private static let cutIDs: Set<String> = [
    "ms-outlook-mobile-signature", "applemailsignature", "signature", "isreplycontent", "qt", "mailcontentreplyquote",
    "mail-editor-reference-quote", "ydp-yahoo-quoted", "lineBreakAtBeginningOfSignature", "spnquotecontent",
  ]
  private static let restIDs: Set<String> = [
    "divrplyfwdmsg", "appendonsend", "olk_src_body_section", "mail-editor-reference-message-container", "replysplit",
    "stopspelling", "origbody", "reply-intro", "divtagdefaultwrapper_quote", "mac_outlook_quote",
  ]

  static func mark(on element: HTMLElement) -> Mark? {
    let id = unprefixed(element["id"]).lowercased()
    if restIDs.contains(id) { return .cutRest }
    if cutIDs.contains(id) { return .cut }
    if element.classes.contains(where: { cutClasses.contains(unprefixed(String($0))) }) {
      // A forwarded mail is what the customer wants to show.
      if ForwardMark.begins(element.firstText(120)) { return nil }
      return element.classes.contains { unprefixed(String($0)).contains("quote") } ? .citation : .cut
    }
    switch element.tag {
    case GUMBO_TAG_BLOCKQUOTE: return isCitation(element) ? .citation : nil
    case GUMBO_TAG_HR: return element["data-marker"] == "__DIVIDER__" ? .cutRest : nil
    case GUMBO_TAG_DIV: return isOutlookBorder(element.style) ? .cutRest : nil
    default: return nil
    }
  }

  /// Whether somebody answered within a mail program's quote: words between or below the block quotes in it.
  static func isAnswered(_ element: HTMLElement) -> Bool {
    guard element.tag == GUMBO_TAG_DIV else { return false }
    var isBelowQuote = false
    for child in element.children {
      let isElement = child.pointee.type == GUMBO_NODE_ELEMENT
      if isElement, HTMLElement(node: child).tag == GUMBO_TAG_BLOCKQUOTE {
        isBelowQuote = true
      } else if isBelowQuote, !HTMLElement.text(of: child, 120).isBlank {
        if !isElement || mark(on: HTMLElement(node: child)) == nil { return true }
      }
    }
    return false
  }

  /// Outlook on the web puts `x_` before the ids and classes of quoted mail.
  private static func unprefixed(_ name: String?) -> String {
    var name = name ?? ""
    while name.hasPrefix("x_") { name = String(name.dropFirst(2)) }
    return name
  }

  private static func isCitation(_ element: HTMLElement) -> Bool {
    element["type"]?.lowercased() == "cite" || element["cite"] != nil
  }

  /// The line over Outlook's and Windows Mail's quoted headers: a top border, no other border, padding above.
  private static func isOutlookBorder(_ style: String) -> Bool {
    !style.isEmpty && borders.isIn(style) && bare.isIn(style)
  }

  private static let borders = PhraseSet(["border-top:solid", "border-top-style:solid", "border-top:1pxsolid"])
  private static let bare = PhraseSet([
    "border:none", "border-width:1ptmediummedium", "padding:3.0pt0", "padding:3pt0", "padding-top:5px",
  ])
}
