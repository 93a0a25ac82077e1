/// A folder on an IMAP server (RFC 3501) that mail is fetched from, and what becomes of a mail once it is filed.
package struct MailboxAccess: Sendable, Hashable {
  package enum Credential: Sendable, Hashable {
    case password(Secret)
    /// An OAuth 2 access token (RFC 7628, XOAUTH2): what the shell command prints. Asked for at every login.
    case tokenCommand(String)
    /// The same, read from a file that somebody else keeps fresh.
    case tokenFile(String)
  }

  package enum Afterwards: Sendable, Hashable {
    /// Marked as read.
    case flag
    /// Moved to this folder, which is made when it is missing.
    case move(to: String)
    case delete
  }

  package var host: String
  package var port: Int
  package var encryption: MailServer.Encryption
  package var user: String
  package var credential: Credential
  /// A PEM file of certificate authorities for this server instead of the system's.
  package var caFile: String?
  package var folder: String
  package var afterwards: Afterwards
  package var pollSeconds: Int
  /// In bytes; a larger mail is not fetched.
  package var sizeMax: Int

  package init(
    host: String, port: Int, encryption: MailServer.Encryption, user: String, credential: Credential,
    caFile: String? = nil, folder: String = "INBOX", afterwards: Afterwards = .flag, pollSeconds: Int = 60,
    sizeMax: Int = 50 << 20
  ) {
    (self.host, self.port, self.encryption, self.user) = (host, port, encryption, user)
    (self.credential, self.caFile, self.folder, self.afterwards) = (credential, caFile, folder, afterwards)
    (self.pollSeconds, self.sizeMax) = (pollSeconds, sizeMax)
  }

  /// Tells one folder from every other: UIDs mean nothing beyond it.
  package var place: String { "\(user)@\(host.lowercased()):\(port)/\(folder)" }
}
