/// Charset labels of real mail and what they stand for.
enum CharsetLabel {
  enum Kind: Hashable, Sendable {
    case utf8, ascii, iso2022JP, iso2022KR, hz
    /// `nil`: as the byte-order mark says.
    case utf16(bigEndian: Bool?)
    /// A name the C library knows.
    case iconv(String)
  }

  /// `nil` when the label says nothing (unknown, or `unknown-8bit`).
  static func kind(of label: String) -> Kind? {
    let name = cleaned(label)
    if let kind = table[name] { return kind }
    if name.hasPrefix("windows-125") || name.hasPrefix("cp125") { return .iconv("CP125" + String(name.suffix(1))) }
    if name.hasPrefix("iso-8859-") || name.hasPrefix("iso8859-"), let part = name.split(separator: "-").last {
      return .iconv("ISO-8859-" + part)
    }
    guard !name.isEmpty, !unknown.contains(name), name.utf8.allSatisfy(isNameByte) else { return nil }
    return .iconv(name.uppercased())
  }

  /// Lower case, without quotes, spaces, an RFC 2231 language, and with `_` only where labels have it.
  private static func cleaned(_ label: String) -> String {
    var name = label.lowercased().filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" && $0 != ";" }
    if let star = name.firstIndex(of: "*") { name = String(name[..<star]) }
    if name.hasPrefix("x-"), table[name] == nil { name = String(name.dropFirst(2)) }
    if name.hasPrefix("iso_8859") { name = "iso-8859" + name.dropFirst(8) }
    return name
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"): true
    default: false
    }
  }

  private static let unknown: Set<String> = ["unknown-8bit", "unknown", "8bit", "7bit", "binary", "default", "none"]

  private static let table: [String: Kind] = {
    var table: [String: Kind] = [:]
    for (kind, labels) in families { for label in labels.split(separator: " ") { table[String(label)] = kind } }
    return table
  }()

  private static let families: [(Kind, String)] = [
    (.utf8, "utf-8 utf8 utf_8 unicode-1-1-utf-8 utf-8mb4 utf8mb4 cp65001 utf"),
    (.ascii, "ascii us-ascii usascii us_ascii ansi_x3.4-1968 iso646-us 646 ansi"),
    (
      .iconv("CP1252"),
      "iso-8859-1 iso8859-1 iso88591 8859-1 iso-8859 latin1 latin-1 l1 cp819 ibm819 cp1252"
        + " windows-1252 1252 win-1252 iso-8859-1-windows-1252 windows1252"
    ),
    (
      .iconv("GB18030"),
      "gb18030 gb2312 gb_2312-80 gb_2312 gb-2312 gbk x-gbk cp936 ms936 936 windows-936 euc-cn"
        + " gb2312-80 gb18030-2000 chinese iso-ir-58 csgb2312 gb"
    ),
    (.iconv("BIG5-HKSCS"), "big5 big-5 big5-hkscs cn-big5 x-x-big5 csbig5 cp950 windows-950 big5hkscs big5-eten"),
    (
      .iconv("CP949"),
      "euc-kr euckr ks_c_5601-1987 ks_c_5601-1989 ks_c_5601 ksc5601 ksc_5601 cp949 949 windows-949"
        + " uhc korean cseuckr iso-ir-149 5601"
    ),
    (
      .iconv("CP932"),
      "shift_jis shift-jis sjis ms_kanji ms932 x-sjis windows-31j cp932 csshiftjis windows-932 shiftjis"
    ),
    (.iconv("EUC-JP-MS"), "euc-jp eucjp x-euc-jp euc-jp-ms cseucpkdfmtjapanese"),
    (
      .iso2022JP,
      "iso-2022-jp iso-2022-jp-ms csiso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 cp50220 cp50221 jis iso2022jp"
    ),
    (.iso2022KR, "iso-2022-kr csiso2022kr"),
    (.hz, "hz-gb-2312 hz hz-gb2312"),
    (.utf16(bigEndian: nil), "utf-16 utf16 unicode ucs-2 iso-10646-ucs-2 csunicode utf-16le utf16le unicodefeff"),
    (.utf16(bigEndian: true), "utf-16be utf16be unicodefffe"),
    (.iconv("CP1254"), "iso-8859-9 iso8859-9 latin5 l5"),
    (.iconv("CP874"), "windows-874 iso-8859-11 tis-620 tis620 dos-874 iso8859-11 cp874"),
    (.iconv("ISO-8859-8"), "iso-8859-8-i iso-8859-8-e logical visual hebrew csiso88598i"),
    (.iconv("ISO-8859-6"), "iso-8859-6-i iso-8859-6-e arabic asmo-708"),
    (.iconv("ISO-8859-7"), "greek greek8 elot_928 ecma-118"),
    (.iconv("ISO-8859-5"), "cyrillic"),
    (.iconv("ISO-8859-2"), "latin2 l2"),
    (.iconv("ISO-8859-15"), "latin9 latin-9 l9"),
    (.iconv("KOI8-R"), "koi8-r koi koi8 koi8_r cskoi8r"),
    (.iconv("KOI8-U"), "koi8-u koi8-ru"),
    (.iconv("CP866"), "ibm866 cp866 866 dos-866"),
    (.iconv("MACINTOSH"), "macintosh mac macroman x-mac-roman mac-roman"),
    (.iconv("MAC-CENTRALEUROPE"), "x-mac-ce x-mac-centraleurroman x-mac-centraleurope mac-centraleurope mac-ce"),
    (.iconv("MAC-CYRILLIC"), "mac-cyrillic x-mac-cyrillic x-mac-ukrainian"),
    (.iconv("UTF-7"), "utf-7 utf7 unicode-1-1-utf-7 csunicode11utf7"),
  ]
}
