import Glibc
import Synchronization

/// A converter of the C library from a charset to UTF-8, out of a store of idle ones. To open one loads its module from
/// the disk and to close the last unloads it again: 70 µs each time, where a guess tries seven.
struct Converter: ~Copyable {
  let handle: iconv_t
  private let name: String

  private struct Idle {
    /// Handles by charset.
    var handles: [String: [UInt]] = [:]
    var count = 0
  }

  private static let idle = Mutex(Idle())
  private static let idleMax = 128

  /// `nil` when the C library does not know the charset.
  init?(from name: String) {
    self.name = name
    let kept = Self.idle.withLock { idle -> UInt? in
      guard let handle = idle.handles[name]?.popLast() else { return nil }
      idle.count -= 1
      return handle
    }
    let handle = kept.flatMap { iconv_t(bitPattern: $0) } ?? iconv_open("UTF-8", name)
    guard let handle, handle != iconv_t(bitPattern: -1) else { return nil }
    self.handle = handle
  }

  deinit {
    // Back to its first state, whatever it stood in.
    _ = iconv(handle, nil, nil, nil, nil)
    let (name, bits) = (name, UInt(bitPattern: handle))
    // Rare charsets do not keep the usual ones out for ever: a full store begins anew.
    let surplus = Self.idle.withLock { idle in
      let old = idle.count < Self.idleMax ? [:] : idle.handles
      if !old.isEmpty { idle = Idle() }
      idle.handles[name, default: []].append(bits)
      idle.count += 1
      return old
    }
    for handle in surplus.values.joined() { iconv_close(iconv_t(bitPattern: handle)) }
  }
}
