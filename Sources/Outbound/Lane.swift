import CCurl
import Conversations
import Glibc

/// A thread with a multi handle, and the transfers under way on it.
///
/// The web has one. Mail has one per server and connection, because libcurl 7.88 holds the thread while it waits for the
/// answer to a whole message and to QUIT: there, nobody else must wait behind it. And it would reuse a plain connection
/// for a mail that demands STARTTLS, so the encryption is part of the name.
final class Lane: Sendable {
  enum Kind: Hashable, Sendable {
    case web
    case mail(RequestGuard.Destination, MailServer.Encryption, connection: Int)
  }

  let inbox: Inbox

  /// `nil` when there is no memory or no thread to be had.
  init?(_ kind: Kind, _ options: CourierOptions) {
    guard Self.isLibraryReady, let raw = curl_multi_init() else { return nil }
    let multi = MultiHandle(raw: raw)
    let inbox = Inbox(waking: multi)
    self.inbox = inbox
    let perKeyMax = kind == .web ? options.maxConnectionsPerHost : 1
    let hasStarted = startThread {
      TransferLoop(multi: multi.raw, inbox: inbox, options: options, perKeyMax: perKeyMax).run()
    }
    guard hasStarted else {
      curl_multi_cleanup(raw)
      return nil
    }
  }

  /// Once per process, before the first handle.
  static let isLibraryReady = curlshim_global_init() == CURLE_OK
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// - Returns: whether the thread has started; nobody waits for its end.
func startThread(_ run: @escaping @Sendable () -> Void) -> Bool {
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
