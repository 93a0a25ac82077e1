import CCurl
import Conversations
import Glibc

/// A connection to an IMAP server. libcurl opens, secures and logs it in (`CURLOPT_CONNECT_ONLY`); from there on we
/// speak over it ourselves.
///
/// libcurl's own FETCH cannot peek (every mail it reads becomes `\Seen`), and with a command of our own it hands
/// literals out line by line, cuts long lines and takes a line in a mail that looks like the end of its command for that.
///
/// Used by one thread only. Blocks, until a deadline or the interrupt.
final class MailboxLine {
  private let easy: EasyHandle
  private let interrupt: Interrupt
  private let greeting: LoginWords
  private var descriptor: Int32 = -1
  private var chunk = [UInt8](repeating: 0, count: 64 << 10)

  static let connectSeconds = 20
  static let loginSeconds = 40

  /// Opens, secures and logs in.
  init(to access: MailboxAccess, interrupt: Interrupt) throws(TransportFailure) {
    guard Lane.isLibraryReady, let easy = EasyHandle() else {
      throw TransportFailure(kind: .other, detail: "out of memory")
    }
    (self.easy, self.interrupt) = (easy, interrupt)
    greeting = LoginWords(interrupt)
    let login = try Self.login(access)
    var code = perform(access, login, options: login.options)
    if code == CURLE_LOGIN_DENIED, !greeting.wasRefused, case .password = login {
      // The server knows no SASL mechanism for passwords: the LOGIN command is left (RFC 3501 §6.2.3).
      code = perform(access, login, options: "AUTH=+LOGIN")
    }
    guard code == CURLE_OK else { throw failure(code, login) }
    var socket = curl_socket_t(-1)
    guard curlshim_get_socket(easy.raw, &socket) == CURLE_OK, socket >= 0 else {
      throw TransportFailure(kind: .other, detail: "no connection to speak over")
    }
    descriptor = socket
  }

  private enum Login {
    case password(Secret)
    case token(Secret)
    var options: String {
      switch self {
      case .password: "AUTH=PLAIN;AUTH=LOGIN"
      case .token: "AUTH=XOAUTH2;AUTH=OAUTHBEARER"
      }
    }
    var secret: String {
      switch self {
      case .password(let secret), .token(let secret): secret.reveal()
      }
    }
  }

  private static func login(_ access: MailboxAccess) throws(TransportFailure) -> Login {
    switch access.credential {
    case .password(let password): .password(password)
    case .tokenCommand(let command): .token(try TokenSource.token(command: command))
    case .tokenFile(let path): .token(try TokenSource.token(file: path))
    }
  }

  private func perform(_ access: MailboxAccess, _ login: Login, options: String) -> CURLcode {
    easy.clear()
    greeting.clear()
    let scheme = access.encryption == .tls ? "imaps" : "imap"
    easy.set(CURLOPT_URL, "\(scheme)://\(bracketed(access.host)):\(access.port)")
    easy.set(CURLOPT_PROTOCOLS_STR, "imap,imaps")
    easy.set(CURLOPT_USE_SSL, Int((access.encryption == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL).rawValue))
    easy.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let caFile = access.caFile { easy.set(CURLOPT_CAINFO, caFile) }
    easy.set(CURLOPT_USERNAME, access.user)
    switch login {
    case .password(let password): easy.set(CURLOPT_PASSWORD, password.reveal())
    case .token(let token): easy.set(CURLOPT_XOAUTH2_BEARER, token.reveal())
    }
    easy.set(CURLOPT_LOGIN_OPTIONS, options)
    easy.set(CURLOPT_SASL_IR, 1)
    easy.set(CURLOPT_CONNECT_ONLY, 1)
    easy.set(CURLOPT_PROXY, "")
    easy.set(CURLOPT_NOSIGNAL, 1)
    easy.set(CURLOPT_QUICK_EXIT, 1)
    easy.set(CURLOPT_TCP_KEEPALIVE, 1)
    easy.set(CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
    easy.set(CURLOPT_TIMEOUT, Self.loginSeconds)
    easy.set(CURLOPT_NOPROGRESS, 0)
    easy.setProgress(loginProgress)
    easy.set(CURLOPT_XFERINFODATA, pointer: Unmanaged.passUnretained(greeting).toOpaque())
    easy.set(CURLOPT_VERBOSE, 1)
    easy.setDebug(loginDebug)
    easy.set(CURLOPT_DEBUGDATA, pointer: Unmanaged.passUnretained(greeting).toOpaque())
    if let refusal = easy.refusal { return refusal }
    return curl_easy_perform(easy.raw)
  }

  private func failure(_ code: CURLcode, _ login: Login) -> TransportFailure {
    if interrupt.isRaised { return Self.interrupted }
    let words = easy.errorWords
    let isLeaking = login.secret.utf8.count >= 4 && words.contains(login.secret)
    let plain = TransportFailure(code: code, words: isLeaking ? "" : words)
    guard let refusal = greeting.refusal else { return plain }
    return TransportFailure(kind: plain.kind, detail: "\(plain.detail): \(refusal)")
  }

  static let interrupted = TransportFailure(kind: .cancelled, detail: "stopped")

  // MARK: Speaking

  func send(_ text: String, by deadline: ContinuousClock.Instant, isUrgent: Bool) throws(TransportFailure) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      var count = 0
      let code = rest.withUnsafeBytes { curl_easy_send(easy.raw, $0.baseAddress, $0.count, &count) }
      rest = rest.dropFirst(count)
      if code == CURLE_AGAIN {
        try wait(for: Int16(POLLOUT), by: deadline, isUrgent: isUrgent)
      } else if code != CURLE_OK {
        throw TransportFailure(code: code, words: easy.errorWords)
      }
    }
  }

  /// Hands the next bytes to `take`; waits for them until the deadline.
  func receive(
    by deadline: ContinuousClock.Instant, isUrgent: Bool, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(TransportFailure) {
    while true {
      var count = 0
      let code = chunk.withUnsafeMutableBytes { curl_easy_recv(easy.raw, $0.baseAddress, $0.count, &count) }
      if code == CURLE_OK {
        guard count > 0 else { throw TransportFailure(kind: .cut, detail: "the server has hung up") }
        return chunk.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      }
      guard code == CURLE_AGAIN else { throw TransportFailure(code: code, words: easy.errorWords) }
      try wait(for: Int16(POLLIN), by: deadline, isUrgent: isUrgent)
    }
  }

  /// `isUrgent`: the interrupt does not end it.
  private func wait(for events: Int16, by deadline: ContinuousClock.Instant, isUrgent: Bool) throws(TransportFailure) {
    if interrupt.isRaised, !isUrgent { throw Self.interrupted }
    var waiting = [
      pollfd(fd: descriptor, events: events, revents: 0),
      pollfd(fd: isUrgent ? -1 : interrupt.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let left = milliseconds(until: deadline)
    guard left > 0 else { throw TransportFailure(kind: .timeout, detail: "the server does not answer") }
    _ = poll(&waiting, 2, left)
  }
}

/// What the server said while libcurl logged in; its refusal is what people need to read.
private final class LoginWords {
  private let interrupt: Interrupt
  private(set) var refusal: String?
  var wasRefused: Bool { refusal != nil }

  init(_ interrupt: Interrupt) { self.interrupt = interrupt }

  var isInterrupted: Bool { interrupt.isRaised }
  func clear() { refusal = nil }

  /// `A003 NO …`, `* BYE …`; nothing that we sent.
  func heard(_ line: UnsafeRawBufferPointer) {
    let text = String(decoding: line.prefix(500).filter { $0 >= 32 && $0 != 127 }, as: UTF8.self)
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, ["NO", "BAD", "BYE"].contains(words[1].uppercased()) else { return }
    refusal = words.dropFirst().joined(separator: " ")
  }
}

private let loginProgress: curlshim_progress_callback = { context, _, _, _, _ in
  guard let context else { return 1 }
  return Unmanaged<LoginWords>.fromOpaque(context).takeUnretainedValue().isInterrupted ? 1 : 0
}

private let loginDebug: curlshim_debug_callback = { _, kind, bytes, count, context in
  guard let context, kind == CURLINFO_HEADER_IN else { return 0 }
  Unmanaged<LoginWords>.fromOpaque(context).takeUnretainedValue()
    .heard(UnsafeRawBufferPointer(start: bytes, count: count))
  return 0
}
