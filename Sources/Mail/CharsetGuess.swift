/// Text whose charset nobody stated.
enum CharsetGuess {
  static func decode(_ bytes: [UInt8]) -> Charset.Decoded {
    if bytes.contains(0x1B), Charset.isASCII(bytes) { return Charset.decode(bytes, label: "iso-2022-jp") }
    let strict = Charset.utf8(bytes)
    return strict.isFlawed ? Charset.iconv(bytes, from: "CP1252") : strict
  }
}
