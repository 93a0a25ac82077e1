import Conversations
import Foundation
import Outbound
import Rehearsal
import Synchronization

/// A courier for loopback, closed at the end of `body`.
func withCourier<T>(
  _ change: (inout CourierOptions) -> Void = { _ in }, _ body: (Courier) async throws -> T
) async rethrows -> T {
  var options = CourierOptions()
  options.mailGreetingName = "tests.example"
  // Where many tests run at once, a minute passes quickly.
  (options.mailIdleSeconds, options.webIdleSeconds) = (3600, 3600)
  change(&options)
  let courier = Courier(options: options)
  defer { courier.close() }
  return try await body(courier)
}

func withWebProvider<T>(
  _ faults: WebFaults = WebFaults(), _ body: (PretendWebProvider) async throws -> T
) async throws -> T {
  let provider = try await PretendWebProvider.start(faults: faults)
  do {
    let result = try await body(provider)
    await provider.stop()
    return result
  } catch {
    await provider.stop()
    throw error
  }
}

func withMailServer<T>(
  _ change: (inout MailRules) -> Void = { _ in }, _ body: (PretendMailServer) async throws -> T
) async throws -> T {
  var rules = MailRules()
  change(&rules)
  let server = try await PretendMailServer.start(rules: rules)
  do {
    let result = try await body(server)
    await server.stop()
    return result
  } catch {
    await server.stop()
    throw error
  }
}

extension PretendWebProvider {
  func request(
    _ path: String = "/sink", method: String = "POST", headers: Headers = Headers(), body: String = "{}",
    timeoutSeconds: Int = 10, redirectsMax: Int = 0
  ) -> OutboundRequest {
    .http(
      HTTPRequest(
        method: method, url: Secret(url + path), headers: headers, body: Array(body.utf8),
        timeoutSeconds: timeoutSeconds, redirectsMax: redirectsMax))
  }
}

extension PretendMailServer {
  func mail(
    _ message: String = "Subject: test\r\n\r\nHello\r\n", from sender: String = "desk@example.org",
    to recipients: [String] = ["ann@example.com"], encryption: MailServer.Encryption = .none, user: String? = nil,
    password: String? = nil, timeoutSeconds: Int = 10
  ) -> OutboundRequest {
    let server = MailServer(
      host: host, port: port, encryption: encryption, user: user, password: password.map { Secret($0) })
    return .mail(
      MailRequest(
        server: server, sender: sender, recipients: recipients, message: Array(message.utf8),
        timeoutSeconds: timeoutSeconds))
  }
}

extension OutboundResponse {
  var status: Int? {
    guard case .http(let status, _, _) = self else { return nil }
    return status
  }
  var body: String? {
    guard case .http(_, _, let body) = self else { return nil }
    return String(decoding: body, as: UTF8.self)
  }
  var mailCode: Int? {
    guard case .mail(let code, _) = self else { return nil }
    return code
  }
  var mailText: String? {
    guard case .mail(_, let text) = self else { return nil }
    return text
  }
  var failure: TransportFailure? {
    guard case .failed(let failure) = self else { return nil }
    return failure
  }
}

/// Bytes gathered from another thread.
final class Gathered: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }
  var all: [UInt8] { bytes.withLock { $0 } }
}
