import Conversations
import Foundation
import Outbound
import Rehearsal
import Testing

/// Needs `openssl` to make certificates and `python3` to speak TLS as a server; both are on the machines that run CI.
@Suite(.enabled(if: TLSFront.isPossible, "openssl and python3 are needed"))
struct TLSTests {
  @Test("a certificate nobody vouches for is refused, and accepted with its authority")
  func web() async throws {
    try await withWebProvider { provider in
      try await withFront("tls", backend: provider.port) { front in
        let request = OutboundRequest.http(
          HTTPRequest(url: Secret("https://localhost:\(front.port)/sink"), body: Array("{}".utf8)))
        #expect(await withCourier { await $0.carry(request) }.failure?.kind == .tls)
        #expect(provider.receivedCount == 0)
        await withCourier({ $0.caFile = front.certificate }) { courier in
          for _ in 0..<3 { #expect(await courier.carry(request).status == 200) }
        }
        #expect(provider.receivedCount == 3)
      }
    }
  }

  @Test("a certificate for another name is refused even with its authority")
  func otherName() async throws {
    try await withWebProvider { provider in
      try await withFront("tls", backend: provider.port) { front in
        let detour = CourierOptions.Detour(host: "other.example", port: 443, toHost: "127.0.0.1", toPort: front.port)
        let response = await withCourier({
          $0.caFile = front.certificate
          $0.detours = [detour]
        }) { await $0.carry(.http(HTTPRequest(url: Secret("https://other.example/")))) }
        #expect(response.failure?.kind == .tls)
        #expect(provider.receivedCount == 0)
      }
    }
  }

  @Test("mail over TLS and over STARTTLS", arguments: [MailServer.Encryption.tls, .starttls])
  func mail(encryption: MailServer.Encryption) async throws {
    try await withMailServer({ $0.login = ("desk", Secret("word")) }) { server in
      try await withFront(encryption == .tls ? "tls" : "starttls", backend: server.port) { front in
        let relay = MailServer(
          host: "localhost", port: front.port, encryption: encryption, user: "desk", password: Secret("word"))
        let mail = OutboundRequest.mail(
          MailRequest(
            server: relay, sender: "", recipients: ["ann@example.com"], message: Array("secret\r\n".utf8),
            timeoutSeconds: 10))
        #expect(await withCourier { await $0.carry(mail) }.failure?.kind == .tls)
        #expect(server.receivedCount == 0)
        await withCourier({ $0.caFile = front.certificate }) { courier in
          for _ in 0..<3 { #expect(await courier.carry(mail).mailCode == 250) }
        }
        #expect(server.received.map(\.user) == ["desk", "desk", "desk"])
        // The refused handshake, and one kept connection for three mails.
        #expect(server.connectionsMade == 2)
      }
    }
  }

  private func withFront<T>(_ mode: String, backend: Int, _ body: (TLSFront) async throws -> T) async throws -> T {
    let front = try TLSFront(mode: mode, backend: backend)
    defer { front.stop() }
    return try await body(front)
  }
}

/// `Fixtures/tls-front` with a certificate made for it.
struct TLSFront {
  let port: Int
  let certificate: String
  private let process: Process
  private let input: Pipe
  private let folder: URL

  static let isPossible = hasCommand("openssl") && hasCommand("python3")

  init(mode: String, backend: Int) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("courier-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let (key, certificate) = (folder.appendingPathComponent("key.pem"), folder.appendingPathComponent("cert.pem"))
    try run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key.path, "-out",
      certificate.path,
    ])
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/tls-front")
    (process, input) = (Process(), Pipe())
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script.path, mode, certificate.path, key.path, String(backend)]
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    self.certificate = certificate.path
  }

  func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func hasCommand(_ name: String) -> Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }
}

private func run(_ words: [String]) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = words
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0)
}
