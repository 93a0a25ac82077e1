import CCurl
import Conversations
import Glibc

/// A thread with a multi handle, and the transfers under way on it.
///
/// Web and mail have lanes of their own because libcurl waits for the answer to QUIT when it drops an SMTP connection:
/// a hung mail server must not hold up the web. Mail with and without TLS have lanes of their own because libcurl 7.88
/// would reuse a plain connection for a mail that demands STARTTLS.
final class Lane: Sendable {
  enum Kind: Hashable, Sendable { case web, secureMail, plainMail }

  let inbox: Inbox

  /// `nil` when there is no memory or no thread to be had.
  init?(_ kind: Kind, _ options: CourierOptions) {
    guard Self.isLibraryReady, let raw = curl_multi_init() else { return nil }
    let multi = MultiHandle(raw: raw)
    let inbox = Inbox(waking: multi)
    self.inbox = inbox
    let perKeyMax = kind == .web ? options.maxConnectionsPerHost : options.maxMailConnectionsPerHost
    let hasStarted = startThread {
      TransferLoop(multi: multi.raw, inbox: inbox, options: options, perKeyMax: perKeyMax).run()
    }
    guard hasStarted else {
      curl_multi_cleanup(raw)
      return nil
    }
  }

  /// Once per process, before the first handle.
  private static let isLibraryReady = curlshim_global_init() == CURLE_OK
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// - Returns: whether the thread has started; nobody waits for its end.
private func startThread(_ run: @escaping @Sendable () -> Void) -> Bool {
  let body = Unmanaged.passRetained(ThreadBody(run))
  var thread = pthread_t()
  let result = pthread_create(
    &thread, nil,
    { context in
      // TLS libraries write without MSG_NOSIGNAL: a cut connection must be an error here, not the process's end.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
      return nil
    }, body.toOpaque())
  guard result == 0 else {
    body.release()
    return false
  }
  pthread_detach(thread)
  return true
}
