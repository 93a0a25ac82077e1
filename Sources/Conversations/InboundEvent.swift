/// One thing that a delivery says, in the words all channels share.
package struct InboundEvent: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case message, edit, delete, reaction, postback, read, typing, call, voicemail
  }
  package enum Direction: String, Sendable {
    case inbound
    /// Written by our side elsewhere: an API echo, the provider's own inbox, an outbound call.
    case outboundEcho = "outbound_echo"
  }

  package var kind: Kind
  package var channelKind: ChannelKind
  /// The provider's id of the message; for `edit`, `delete` and `reaction`, of the message affected.
  package var externalID: String
  /// Names the conversation on its channel, e.g. `messenger:PAGE:PSID`.
  package var threadKey: String
  package var direction: Direction
  package var contact: ContactCard
  /// The provider's time; `nil` when it sends none.
  package var sentAt: Instant?
  package var subject: String?
  /// The whole readable text, untouched; `nil` when there is none.
  package var text: String?
  /// Only what is new in the text (quotes and signature cut); `nil` = the same as `text`.
  package var replyText: String?
  package var mail: MailFields?
  /// Provider ids of the messages this one answers.
  package var inReplyTo: [String]
  /// BCP 47, as the provider says; `nil` = to be detected.
  package var language: String?
  package var attachments: [Attachment]
  package var flags: Flags
  package var bounce: BounceReport?
  package var call: CallRecord?
  /// A category the customer chose (form, chat menu, IVR), to be honoured by routing if it exists.
  package var categoryHint: String?
  /// What an answer within moments may be sent with, where the provider gives such a thing (LINE).
  package var replyToken: String?

  package init(
    kind: Kind, channelKind: ChannelKind, externalID: String, threadKey: String, direction: Direction = .inbound,
    contact: ContactCard, sentAt: Instant? = nil, subject: String? = nil, text: String? = nil, replyText: String? = nil,
    mail: MailFields? = nil, inReplyTo: [String] = [], language: String? = nil, attachments: [Attachment] = [],
    flags: Flags = Flags(), bounce: BounceReport? = nil, call: CallRecord? = nil, categoryHint: String? = nil
  ) {
    (self.kind, self.channelKind, self.externalID, self.threadKey) = (kind, channelKind, externalID, threadKey)
    (self.direction, self.contact, self.sentAt, self.subject) = (direction, contact, sentAt, subject)
    (self.text, self.replyText, self.mail, self.inReplyTo) = (text, replyText, mail, inReplyTo)
    (self.language, self.attachments, self.flags, self.bounce) = (language, attachments, flags, bounce)
    (self.call, self.categoryHint) = (call, categoryHint)
  }

  package struct Flags: Sendable, Hashable {
    package var autoReply: Bool
    package var bounce: Bool
    package var mailingList: Bool
    /// A read receipt (RFC 8098): nobody's turn in the conversation. What it says stands in `MailFields.receipt`.
    package var receipt: Bool
    /// Why no automatic answer may go back (RFC 3834 §2), as words for `explain`; empty = nothing speaks against it.
    package var automationSigns: [String]
    /// A mailbox provider passes on that its user called a mail of ours spam (RFC 5965).
    package var complaint = false
    /// What a reader should know of a mail's words: `undecodable`, `signed`, `encrypted`, `text_cut`.
    package var marks: [String] = []
    package init(
      autoReply: Bool = false, bounce: Bool = false, mailingList: Bool = false, receipt: Bool = false,
      automationSigns: [String] = []
    ) {
      (self.autoReply, self.bounce, self.mailingList, self.receipt) = (autoReply, bounce, mailingList, receipt)
      self.automationSigns = automationSigns
    }
  }
}

/// The person on the other side, as far as the delivery says.
package struct ContactCard: Sendable, Hashable {
  /// The provider's user id; for mail the address. `nil` for a withheld caller.
  package var id: String?
  package var name: String?
  /// E.164 with `+`, only when it really is one.
  package var phone: String?
  package var email: String?
  /// A second id of the same person, where the provider vouches for both (WhatsApp's number and business-scoped id).
  package var otherID: String?
  /// `email` is proved to be theirs, by whoever vouches for `id`.
  package var isEmailVerified = false
  package init(id: String? = nil, name: String? = nil, phone: String? = nil, email: String? = nil) {
    (self.id, self.name, self.phone, self.email) = (id, name, phone, email)
  }
}

/// What only mail has.
package struct MailFields: Sendable, Hashable {
  package var from: Mailbox?
  package var to: [String]
  package var cc: [String]
  package var replyTo: [String]
  /// Message ids with their angle brackets, as in `externalID`, oldest first (RFC 5322 §3.6.4).
  package var references: [String]
  /// What the trusted server of the connection found about the sender (RFC 8601).
  package var authentication: Authentication
  /// The address in `Sender`, where it differs from `from` (RFC 5322 §3.6.2).
  package var sender: String?
  /// The envelope sender: of the delivery, else of `Return-Path`. Empty for the null reverse-path, `nil` when unknown.
  package var returnPath: String?
  /// Nobody is named in the mail itself: no `From`, `Sender` or `Reply-To` with an address.
  package var isAnonymous = false
  /// What a read receipt says of the message it speaks about.
  package var receipt: ReadReceipt?
  /// What looks like a thread mark in the body: quotes carry ours back. Unproved.
  package var quotedMarks: [String] = []
  /// Decoded words of the mail that are not its text: the formatted twin of a plain text, what it hides. Looked at for
  /// what must not be kept, and not kept.
  package var unshown: [String] = []
  /// Outlook's place in the thread, as sent ([MS-OXOMSG] §2.2.1.3).
  package var threadIndex: String?

  package enum Authentication: String, Sendable { case pass, fail, unknown }

  package init(
    from: Mailbox? = nil, to: [String] = [], cc: [String] = [], replyTo: [String] = [], references: [String] = [],
    authentication: Authentication = .unknown, sender: String? = nil, returnPath: String? = nil,
    receipt: ReadReceipt? = nil
  ) {
    (self.from, self.to, self.cc, self.replyTo, self.references) = (from, to, cc, replyTo, references)
    (self.authentication, self.sender, self.returnPath, self.receipt) = (authentication, sender, returnPath, receipt)
  }
}

/// A message disposition notification (RFC 8098 §3.2).
package struct ReadReceipt: Sendable, Hashable {
  /// Message-ID of the mail that was shown, with its angle brackets, as in `externalID`.
  package var originalMessageID: String?
  /// `displayed`, `deleted`, `dispatched`, `processed` …; only the first one says that a person saw it.
  package var disposition: String
  package init(originalMessageID: String? = nil, disposition: String) {
    (self.originalMessageID, self.disposition) = (originalMessageID, disposition)
  }
}

package struct Mailbox: Sendable, Hashable {
  package var address: String
  package var name: String?
  package init(address: String, name: String? = nil) { (self.address, self.name) = (address, name) }
}

package struct Attachment: Sendable, Hashable {
  package enum Kind: String, Sendable {
    case image, video, audio, file, sticker, location, contact, link, story, unsupported
  }
  package var kind: Kind
  /// Without control characters and path parts.
  package var filename: String?
  package var contentType: String?
  /// Bytes.
  package var size: Int?
  /// Lower-case hex.
  package var sha256: String?
  /// A public URL, or a reference to be fetched later: `whatsapp-media:ID`, `geo:LAT,LON`, `tel:+…`.
  package var url: String?
  /// The content itself, where the delivery carried it.
  package var content: [UInt8]?
  package init(
    kind: Kind, filename: String? = nil, contentType: String? = nil, size: Int? = nil, sha256: String? = nil,
    url: String? = nil, content: [UInt8]? = nil
  ) {
    (self.kind, self.filename, self.contentType, self.size) = (kind, filename, contentType, size)
    (self.sha256, self.url, self.content) = (sha256, url, content)
  }
}

/// What a bounce says of the message it speaks about (RFC 3464).
package struct BounceReport: Sendable, Hashable {
  /// One of several addresses that could not be reached.
  package struct Failure: Sendable, Hashable {
    package var recipient: String
    package var status: String?
    package var diagnostic: String?
    package init(recipient: String, status: String? = nil, diagnostic: String? = nil) {
      (self.recipient, self.status, self.diagnostic) = (recipient, status, diagnostic)
    }
  }

  package var recipient: String?
  /// Enhanced status code, `5.1.1` (RFC 3463).
  package var status: String?
  /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
  package var action: String?
  /// The other server's own words.
  package var diagnostic: String?
  /// All addresses that failed, where the report names them one by one.
  package var failures: [Failure] = []
  /// Message-ID of the mail that bounced, with its angle brackets, as in `externalID`.
  package var originalMessageID: String?
  package init(recipient: String? = nil, status: String? = nil, action: String? = nil, originalMessageID: String? = nil)
  {
    (self.recipient, self.status, self.action) = (recipient, status, action)
    self.originalMessageID = originalMessageID
  }
}

package struct CallRecord: Sendable, Hashable {
  package enum Disposition: String, Sendable {
    case ringing, answered, completed, busy, noAnswer = "no_answer", canceled, failed, forwarded, blocked, voicemail
  }
  /// E.164, an extension, or `anonymous`.
  package var from: String
  package var to: String
  package var startedAt: Instant?
  /// When somebody, or something, took it, where the system says so.
  package var answeredAt: Instant?
  package var durationSeconds: Int?
  package var disposition: Disposition
  package var recordingURL: String?
  /// The system's id of the whole call, where this record is a part of it (a transfer).
  package var linkedID: String?
  package init(
    from: String, to: String, startedAt: Instant? = nil, durationSeconds: Int? = nil, disposition: Disposition,
    recordingURL: String? = nil
  ) {
    (self.from, self.to, self.startedAt) = (from, to, startedAt)
    (self.durationSeconds, self.disposition, self.recordingURL) = (durationSeconds, disposition, recordingURL)
  }
}

/// What a provider says of a message that we sent.
package struct Receipt: Sendable, Hashable {
  package enum Status: String, Sendable { case sent, delivered, read, failed }
  /// `nil` for a watermark: everything in `threadKey` up to `at`.
  package var externalID: String?
  package var threadKey: String?
  package var status: Status
  package var at: Instant?
  package var errorCode: String?
  package init(externalID: String?, threadKey: String? = nil, status: Status, at: Instant?, errorCode: String? = nil) {
    (self.externalID, self.threadKey, self.status) = (externalID, threadKey, status)
    (self.at, self.errorCode) = (at, errorCode)
  }
}
