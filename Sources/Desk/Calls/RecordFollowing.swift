import Channels
import Conversations
import Logging
import Storage

extension Desk {
  /// As much as is read at once; a record that is longer is none.
  static let recordChunkMax = 1 << 20

  /// Reads the files of call records that channels name, as they grow, until cancelled.
  package func runRecordFollowing(every interval: Duration = .seconds(2)) async {
    while !Task.isCancelled {
      await followRecords()
      try? await Task.sleep(for: interval)
    }
  }

  /// One look at each followed file. Returns how many bytes were taken in.
  @discardableResult
  package func followRecords() async -> Int {
    var taken = 0
    for channel in configuration.value.channels.values.sorted(by: { $0.name < $1.name }) {
      guard let path = channel.adapter?.followedFile else { continue }
      do {
        taken += try await follow(path, channel.name.rawValue)
      } catch {
        log.error("could not follow call records", metadata: ["channel": "\(channel.name)", "error": "\(error)"])
      }
    }
    return taken
  }

  /// A file seen for the first time is read from its beginning: what is known already is told by the calls' ids. How far
  /// it has been read is written down after the records were committed, so a crash in between costs records read twice.
  private func follow(_ path: String, _ channel: String) async throws -> Int {
    let known = try await store.read { try $0.followedFile(channel: channel, path: path) }
    guard let file = GrowingFile(path) else { return 0 }
    let (inode, size) = (file.inode, file.size)
    var (place, taken) = (known ?? FollowedFile(inode: inode, position: 0), 0)
    if place.inode != inode {
      // Rotated: what was still written to the old file, its last line included, whole or not.
      if let old = GrowingFile.rotated(inode: place.inode, from: path).flatMap({ GrowingFile($0) }),
        old.inode == place.inode
      {
        taken += try await readOn(old, &place, path, channel, isOver: true)
      }
      place = FollowedFile(inode: inode, position: 0)
    } else if size < place.position {
      // Emptied in place (`copytruncate`): written down now, or it would be missed once the file is as long as before.
      place.position = 0
      let (now, kept) = (now(), place)
      try await store.write { try $0.save(kept, channel: channel, path: path, at: now) }
    }
    return taken + (try await readOn(file, &place, path, channel, isOver: false))
  }

  private func readOn(
    _ file: GrowingFile, _ place: inout FollowedFile, _ path: String, _ channel: String, isOver: Bool
  ) async throws -> Int {
    var taken = 0
    while place.position < file.size {
      let chunk = file.read(from: place.position, count: Desk.recordChunkMax)
      var end = chunk.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let isLast = place.position + Int64(chunk.count) >= file.size
      if end == 0, chunk.count == Desk.recordChunkMax {
        log.warning("a call record is too long", metadata: ["channel": "\(channel)"])
        end = chunk.count
      } else {
        if isOver, isLast { end = chunk.count }
        // A line that is still being written waits for its end.
        guard end > 0 else { break }
        let delivery = RawDelivery(door: .file, body: Array(chunk[..<end]), receivedAt: now())
        guard await !receive(delivery, on: channel).isTemporary else { break }
      }
      place.position += Int64(end)
      taken += end
      let (now, kept) = (now(), place)
      try await store.write { try $0.save(kept, channel: channel, path: path, at: now) }
    }
    return taken
  }
}
