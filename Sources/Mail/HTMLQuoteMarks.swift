import CGumbo

/// What mail clients' markup says about quotes and signatures.
enum HTMLQuoteMarks {
  enum Mark {
    /// This element is not new.
    case cut
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
      return ForwardMark.begins(element.firstText(120)) ? nil : .cut
    }
    switch element.tag {
    case GUMBO_TAG_BLOCKQUOTE: return isCitation(element) ? .cut : nil
    case GUMBO_TAG_HR: return element["tabindex"] == "-1" || element["data-marker"] == "__DIVIDER__" ? .cutRest : nil
    case GUMBO_TAG_DIV: return isOutlookBorder(element.style) ? .cutRest : nil
    default: return nil
    }
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
    guard
      style.contains("border-top:solid") || style.contains("border-top-style:solid")
        || style.contains("border-top:1pxsolid")
    else { return false }
    let isBare =
      style.contains("border:none") || style.contains("border-width:1ptmediummedium")
      || style.contains("padding:3.0pt0") || style.contains("padding:3pt0") || style.contains("padding-top:5px")
    return isBare
  }
}
