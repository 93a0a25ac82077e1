/// Every line end as CR LF.
///
/// A bare LF before a dot would pass libcurl's dot-stuffing and end the message for lenient servers ("SMTP smuggling");
/// RFC 5321 §2.3.8 allows neither a bare CR nor a bare LF on the wire. Linear; copies only when there is one.
func withNetworkLineEnds(_ message: [UInt8]) -> [UInt8] {
  let (cr, lf) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
  guard hasBareLineEnd(message) else { return message }
  var result: [UInt8] = []
  result.reserveCapacity(message.count + message.count / 16)
  var previous: UInt8 = 0
  for byte in message {
    if byte == lf {
      if previous != cr { result.append(cr) }
    } else if previous == cr {
      result.append(lf)
    }
    result.append(byte)
    previous = byte
  }
  if previous == cr { result.append(lf) }
  return result
}

private func hasBareLineEnd(_ message: [UInt8]) -> Bool {
  message.withUnsafeBufferPointer { bytes in
    var previous: UInt8 = 0
    for byte in bytes {
      if (byte == 10) != (previous == 13) { return true }
      previous = byte
    }
    return previous == 13
  }
}
