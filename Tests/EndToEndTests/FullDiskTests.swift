import Conversations
import Foundation
import Storage
import Testing

extension LongTests {
  /// A data directory that takes nothing more.
  @Suite("No room left") struct FullDiskTests {
    /// Everything that comes in is told to come again, then nothing is missing.
    private func ordeal(
      _ running: Running, _ router: Router, fill: () async throws -> Void, free: () async throws -> Void
    ) async throws {
      let admin = try await router.token("postmaster")
      #expect(await running.hook([("before", "c1", "退款")]).status == 200)
      try await fill()
      // What is already paid for may still fit: the store must say no after a while, and then to every door.
      var refused: [String] = []
      for number in 0..<400 where refused.count < 5 {
        let id = "full\(number)"
        let reply = await running.hook([(id, "c\(number)", String(repeating: "退款 ", count: 300))])
        #expect([200, 503].contains(reply.status), "\(reply.status)")
        if reply.status == 503 {
          refused.append(id)
          #expect(reply.headers["Retry-After"] != nil)
        }
      }
      #expect(refused.count == 5)
      let port = running.lmtp
      let large = letter("lmtp", text: String(repeating: "退款 \r\n", count: 20_000))
      let talk = await onThread { () -> [String] in
        guard let wire = Wire(port: port) else { return [] }
        _ = wire.answers(1)
        return wire.say("LHLO t\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n", answers: 4)
          + wire.say(large + ".\r\n")
      }
      #expect(talk.last?.hasPrefix("4") == true, "\(talk)")
      let ended = try await router.run(
        ["deliver", "--channel", "support-mail"], input: Array(large.utf8),
        environment: ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": admin])
      #expect(ended.status == 75, "\(ended)")
      #expect(await running.request("GET", "/healthz").status == 200)
      try await free()
      let recovers = await eventually(60) { await running.hook([("after", "c1", "退款")]).status == 200 }
      #expect(recovers)
      for id in refused { #expect(await running.hook([(id, "again", "退款")]).status == 200) }
      for id in refused + ["before", "after"] {
        #expect(try await router.count("SELECT COUNT(*) FROM messages WHERE external_id = '\(id)'") == 1, "\(id)")
      }
    }

    @Test(
      "a file system that is full: 503, 4xx, 75, and it goes on by itself when there is room",
      .enabled(if: SmallDisk.isPossible))
    func full() async throws {
      let disk = try SmallDisk(megabytes: 8)
      defer { disk.remove() }
      let router = try await Router(data: disk.path)
      let running = try await Running.start(router)
      try await ordeal(running, router, fill: { disk.fill() }, free: { disk.free() })
      #expect(await running.end() == 0)
      let check = try await router.run(["database", "check"])
      #expect(check.out == "sound\n", "\(check)")
      await router.stop()
    }

    @Test("files that may not grow: 503, 4xx, 75, and it goes on by itself when they may")
    func limited() async throws {
      let router = try await Router()
      // Without its default, the signal of a file that is too large is an error of the write.
      let running = try await Running.start(router, wrapper: "trap '' XFSZ; exec \"$@\"")
      func limit(_ size: String) async throws {
        let done = try await router.execute(
          URL(fileURLWithPath: "/usr/bin/prlimit"), ["--pid", String(running.pid), "--fsize=\(size)"])
        try #require(done.status == 0, "\(done.talk)")
      }
      try await ordeal(
        running, router, fill: { try await limit("65536:unlimited") }, free: { try await limit("unlimited:unlimited") })
      #expect(await running.end() == 0)
      let check = try await router.run(["database", "check"])
      #expect(check.out == "sound\n", "\(check)")
      await router.stop()
    }
  }
}

/// A small file system in memory; only root can have one.
struct SmallDisk {
  let path: String

  static let isPossible: Bool = {
    guard geteuid() == 0, let disk = try? SmallDisk(megabytes: 1) else {
      FileHandle.standardError.write(Data("SKIPPED: no small file system without root\n".utf8))
      return false
    }
    disk.remove()
    return true
  }()

  init(megabytes: Int) throws {
    path = NSTemporaryDirectory() + "patchbay-disk-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else { throw CocoaError(.fileWriteNoPermission) }
  }

  func fill() {
    let file = open(path + "/ballast", O_WRONLY | O_CREAT, 0o600)
    let block = [UInt8](repeating: 7, count: 4096)
    while write(file, block, block.count) > 0 {}
    close(file)
  }

  func free() { unlink(path + "/ballast") }

  func remove() {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }
}
