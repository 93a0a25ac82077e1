import CCurl
import Conversations

/// The work of a lane's thread: reads letters, lets libcurl move bytes, hands back what has ended.
///
/// Made, used and freed on that one thread.
final class TransferLoop {
  private let multi: UnsafeMutableRawPointer
  private let inbox: Inbox
  private let options: CourierOptions
  private var admission: Admission<RequestGuard.Destination, Submission>
  private var underWay: [Ticket: Transfer] = [:]
  /// Admitted, not yet given to libcurl.
  private var starting: [Submission] = []
  /// Asked to stop, not yet ended by libcurl.
  private var stopping: Set<Ticket> = []
  private var idleHandles: [EasyHandle] = []

  private static let idleHandlesMax = 64
  private static let sleepMilliseconds: Int32 = 60_000
  /// While transfers are asked to stop: the next turn is not left to chance.
  private static let stoppingMilliseconds: Int32 = 20

  init(multi: UnsafeMutableRawPointer, inbox: Inbox, options: CourierOptions, perKeyMax: Int) {
    (self.multi, self.inbox, self.options) = (multi, inbox, options)
    admission = Admission(perKeyMax: perKeyMax, totalMax: options.maxTotalConnections)
    curlshim_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    curlshim_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.maxTotalConnections)
  }

  /// Until the inbox is closed.
  func run() {
    while let letters = inbox.collect() {
      for letter in letters { read(letter) }
      startAdmitted()
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      collectEnded()
      startAdmitted()
      let sleep = stopping.isEmpty ? Self.sleepMilliseconds : Self.stoppingMilliseconds
      if inbox.fallAsleep() { curl_multi_poll(multi, nil, 0, sleep, nil) }
    }
    tearDown()
  }

  private func read(_ letter: Letter) {
    switch letter {
    case .carry(let submission):
      if admission.arrive(submission, for: submission.destination) { starting.append(submission) }
    case .cancel(let ticket): cancel(ticket)
    }
  }

  /// A loop, not a recursion: one that fails at once makes room for the next.
  private func startAdmitted() {
    while !starting.isEmpty {
      let batch = starting
      starting.removeAll(keepingCapacity: true)
      for submission in batch { start(submission) }
    }
  }

  private func start(_ submission: Submission, isSecondTry: Bool = false) {
    guard let easy = idleHandles.popLast() ?? EasyHandle() else {
      let failure = TransportFailure(kind: .other, detail: "out of memory")
      return finish(submission, with: .failed(failure))
    }
    let transfer = Transfer(submission, on: easy, from: inbox, isSecondTry: isSecondTry)
    if let failure = transfer.prepare(options) {
      return finish(submission, with: .failed(failure))
    }
    let code = curl_multi_add_handle(multi, easy.raw)
    guard code == CURLM_OK else {
      let words = String(cString: curl_multi_strerror(code))
      return finish(submission, with: .failed(TransportFailure(kind: .other, detail: words)))
    }
    underWay[submission.ticket] = transfer
  }

  private func collectEnded() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      var context: UnsafeMutableRawPointer?
      guard curlshim_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { continue }
      end(Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue(), code)
    }
  }

  private func end(_ transfer: Transfer, _ code: CURLcode) {
    let submission = transfer.submission
    switch submission.request {
    case .http:
      let response = transfer.webResponse(code)
      release(transfer, code)
      finish(submission, with: response)
    case .mail:
      let verdict = transfer.mailVerdict(code)
      release(transfer, code)
      switch verdict {
      case .answered(let response): finish(submission, with: response)
      case .stale: start(submission, isSecondTry: true)
      }
    }
  }

  /// Out of the multi handle; the easy handle is cleared now, so that no secret stays in it. After a failure it is not
  /// used again: libcurl 7.88 may have noted in it that a body has to be rewound, and would fail the next request for it.
  private func release(_ transfer: Transfer, _ code: CURLcode) {
    underWay[transfer.submission.ticket] = nil
    stopping.remove(transfer.submission.ticket)
    curl_multi_remove_handle(multi, transfer.easy.raw)
    guard code == CURLE_OK, idleHandles.count < Self.idleHandlesMax else { return }
    transfer.easy.clear()
    idleHandles.append(transfer.easy)
  }

  /// Answers the caller and gives the place to whoever waits for it.
  private func finish(_ submission: Submission, with response: OutboundResponse) {
    submission.continuation.resume(returning: response)
    starting += admission.leave(submission.destination)
  }

  private func cancel(_ ticket: Ticket) {
    if let transfer = underWay[ticket] {
      transfer.end(.byCaller)
      stopping.insert(ticket)
      return
    }
    let failure = OutboundResponse.failed(TransportFailure(kind: .cancelled, detail: "cancelled"))
    if let index = starting.firstIndex(where: { $0.ticket == ticket }) {
      return finish(starting.remove(at: index), with: failure)
    }
    for submission in admission.withdraw(where: { $0.ticket == ticket }) {
      submission.continuation.resume(returning: failure)
    }
  }

  private func tearDown() {
    for transfer in underWay.values { transfer.end(.byClosing) }
    var running: Int32 = 0
    curl_multi_perform(multi, &running)
    collectEnded()
    for transfer in Array(underWay.values) {
      curl_multi_remove_handle(multi, transfer.easy.raw)
      transfer.submission.continuation.resume(returning: transfer.webResponse(CURLE_ABORTED_BY_CALLBACK))
    }
    underWay.removeAll()
    for submission in starting + admission.withdraw(where: { _ in true }) {
      let failure = TransportFailure(kind: .cancelled, detail: "the courier was closed")
      submission.continuation.resume(returning: .failed(failure))
    }
    idleHandles.removeAll()
    curl_multi_cleanup(multi)
  }
}
