/// `On 5 May 2023, Anna wrote:` — the line, or the lines, that introduce a quote, in many languages.
enum Attribution {
  /// Clients wrap it to so many lines, blank ones included.
  private static let linesMax = 6
  /// Where the first line does not begin like one: a name, an address, and the verb.
  private static let shortLinesMax = 3
  /// One, or one and a link to it; more is a list of people.
  private static let addressesMax = 3

  /// The index of the last line of an introduction that begins at `start`; `nil` when none does.
  static func end(in lines: [TextLine], from start: Int) -> Int? {
    guard mayBegin(lines[start]) else { return nil }
    var joined = ""
    var addresses = 0
    let last = start + (opens(lines[start].words) ? linesMax : shortLinesMax)
    for index in start..<min(last, lines.count) {
      let line = lines[index]
      addresses += line.words.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "@") ? 1 : 0) }
      guard addresses <= addressesMax else { return nil }
      let closesBracket = index > start && line.isQuoted && hasOpenBracket(joined)
      guard !line.isQuoted || closesBracket, joined.utf8.count + line.words.utf8.count <= 600 else { return nil }
      if index > start, line.isBlank, !isUnfinished(joined) { return nil }
      joined += (joined.isEmpty ? "" : " ") + line.words
      if isAttribution(
        joined, next: index + 1 < lines.count ? lines[(index + 1)...].prefix(4).first { !$0.isBlank } : nil)
      {
        return index
      }
      let mayGoOn =
        opens(joined) || isUnfinished(joined) || joined.hasSuffix("<") || (hasAddress(joined) && !joined.hasPrefix("<"))
      if index == start, !mayGoOn { return nil }
    }
    return nil
  }

  /// Knows which lines no introduction can be made of, so that each is asked once, however many begin like one.
  struct Search {
    private var hopelessBelow = 0

    /// `Attribution.end`, asked of one line after the other.
    mutating func end(in lines: [TextLine], from start: Int) -> Int? {
      guard mayBegin(lines[start]) else { return nil }
      let last = min(start + linesMax, lines.count)
      var index = max(start, hopelessBelow)
      while index < last, !isHopeful(lines, index) {
        index += 1
        hopelessBelow = index
      }
      return index < last ? Attribution.end(in: lines, from: start) : nil
    }
  }

  /// An introduction has a verb, an address or a zone in one of its lines, or across the end of one.
  private static func isHopeful(_ lines: [TextLine], _ index: Int) -> Bool {
    let next = index + 1 < lines.count ? lines[index + 1].words : ""
    let text = " \(lines[index].words) \(next) "
    return text.utf8.contains(UInt8(ascii: "@")) || hopes.isIn(text) || verbs.isIn(text)
  }

  private static let hopes = PhraseSet([
    " said", " says", " sagte", " dijo", " disse", " a dit", "posted by ", " gmt", "＠",
  ])

  /// It begins with a date word, a number, a name before an address, or holds the verb.
  private static func mayBegin(_ line: TextLine) -> Bool {
    let words = line.words
    guard !words.isEmpty else { return false }
    return opens(words) || hasAddress(words) || verbs.isIn(words) || words.hasSuffix("<")
  }

  private static func opens(_ text: String) -> Bool {
    let bare = text.withoutRules
    guard let first = bare.unicodeScalars.first else { return false }
    if first.properties.numericType != nil || first == "\"" { return hasDate(bare) }
    guard let length = openers.beginning(of: bare) else { return false }
    if bare.utf8.contains(where: { (0x30...0x39).contains($0) }) { return true }
    // Wrapped after the weekday: the day stands in the next line.
    return bare.hasSuffix(",") && weekdays.begins(String(decoding: bare.utf8.dropFirst(length), as: UTF8.self))
  }

  /// A wrapped introduction: an open bracket, or nothing that ends a sentence.
  private static func isUnfinished(_ text: String) -> Bool {
    opens(text) && (!text.hasSuffix(".") || hasDate(text))
  }

  /// `<` at the end of a line, and `>` at the beginning of the next.
  private static func hasOpenBracket(_ text: String) -> Bool {
    text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "<") ? 1 : $1 == UInt8(ascii: ">") ? -1 : 0) } > 0
  }

  private static func isAttribution(_ text: String, next: TextLine?) -> Bool {
    let isRuled = text.hasPrefix("--") && text.hasSuffix("--")
    let bare = isRuled ? text.withoutRules : text
    let endsInColon = bare.hasSuffix(":") || bare.hasSuffix("：")
    let said = endsInColon ? String(bare.dropLast()).trimmed : bare
    // 139's and Foxmail's form without name and date.
    if said.hasSuffix("来信中写道") || said.hasSuffix("來信中寫道") { return said.utf8.count <= 200 }
    let verb = verbs.isIn(said)
    if isRuled { return verb && (said.hasSuffix("wrote") || hasDate(said)) }
    let isQuote = next?.isQuoted == true || next?.isBarred == true
    if verb, endsInColon {
      return hasDate(said) || hasAddress(said) || said.contains(" via ")
        || (isQuote && said.split(separator: " ").count <= 8)
    }
    if verbs.ends(said) { return hasDate(said) && (hasAddress(said) || hasTime(said)) }
    if endsInColon, isQuote, speech.ends(said) { return opens(said) }
    if isNamed(said, next: next) { return true }
    if verb, verbAndMore(said) { return true }
    guard hasAddress(said), said.hasSuffix(">") || said.hasSuffix(")") || said.hasSuffix("]") else { return false }
    if endsInColon { return hasDate(said) && (opens(said) || said.hasSuffix("]")) }
    return opens(said) && said.first?.isNumber == true && isQuote
  }

  /// `Posted by Bo on 01/21/2016`, and Gmail's `2016-03-03 17:21 GMT+01:00 Bo` where the address was lost.
  private static func isNamed(_ said: String, next: TextLine?) -> Bool {
    if said.hasPrefix("posted by ") {
      return hasDate(said) && said.utf8.last.map { (0x30...0x39).contains($0) } == true
    }
    guard said.utf8.count <= 100, said.hasPrefix("20"), let zone = said.firstRange(of: " gmt") else { return false }
    let head = said[..<zone.lowerBound]
    return head.utf8.count <= 19 && hasDate(String(head)) && hasTime(String(head)) && next?.label == nil
      && said[zone.upperBound...].contains(" ")
  }

  /// The quoted text begins in the same line: `On … <bo@x.example> wrote:> old words`, `Am … schrieb Bo<bo@x.example>:  …`.
  private static func verbAndMore(_ said: String) -> Bool {
    guard opens(said), hasAddress(said) else { return false }
    let bytes = Array(said.utf8)
    var colons = 0
    for index in bytes.indices where isColon(bytes, index) && colons < colonsMax {
      colons += 1
      let head = String(decoding: bytes[...index], as: UTF8.self)
      guard head.hasSuffix(">:") || closings.ends(head) else { continue }
      if hasDate(head), hasAddress(head), verbs.isIn(head) { return true }
    }
    return false
  }

  /// More than a time of day, a name and an address have.
  private static let colonsMax = 12

  /// `:`, or the last byte of `：`.
  private static func isColon(_ bytes: [UInt8], _ index: Int) -> Bool {
    bytes[index] == 0x3A || bytes[index] == 0x9A && index > 1 && bytes[index - 1] == 0xBC && bytes[index - 2] == 0xEF
  }

  /// Verbs with the colon that ends an introduction.
  private static let closings = PhraseSet([
    "wrote:", "écrit :", "écrit:", "escribió:", "scritto:", "escreveu:", "schrieb:", "geschrieben:", "schreef:",
    "skrev:",
    "napisał:", "napisał(a):", "napsal:", "написал:", "пишет:", "yazdı:", "写道：", "写道:", "寫道：", "寫道:", "書きました：",
    "書きました:", "작성:", "쓴 글:",
  ])

  private static func hasAddress(_ text: String) -> Bool {
    guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else { return false }
    return at != text.startIndex && text.utf8.index(after: at) != text.endIndex
  }

  /// Four digits that may be a year, or a time of day.
  private static func hasDate(_ text: String) -> Bool {
    var run = 0
    for byte in text.utf8 {
      if (0x30...0x39).contains(byte) {
        run += 1
        continue
      }
      if run == 4 { return true }
      run = 0
    }
    return run == 4 || hasTime(text)
  }

  private static func hasTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count > 3 else { return false }
    return (1..<(bytes.count - 2)).contains { index in
      (bytes[index] == UInt8(ascii: ":") || bytes[index] == UInt8(ascii: "."))
        && (0x30...0x39).contains(bytes[index - 1]) && (0x30...0x39).contains(bytes[index + 1])
        && (0x30...0x39).contains(bytes[index + 2])
    }
  }

  /// What an introduction begins with, in lower case.
  private static let openers = PhraseSet(
    """
    on |le |el |em |am |a |il |op |den |på |the |w dniu |dnia |dne |v |vào |pada |la |στις |в |у |on:|il giorno |
    lør|søn|tors|fre|
    mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|qua|qui|sex|
    seg|ter|
    in message |posted by |at |po |út |st |čt |pá |so |ne |št |pi |în |na |no dia |noong |kuupäev|dana |dne|dňa |u |fös|mán|þri|mið|
    pirm|otr|treš|ceturtd|piektd|sestd|svētd|pr,|an,|tr,|kt,|pn,|št,|sk,|pirmadienis|isn|sel|rab|kam|jum|sab|ming|
    sen|kha|σ|δευ|τρί|τετ|πέμ|παρ|σάβ|κυρ|am:|le:|dnia:|
    ma|ti|ke|to|pe|la|su|man|tir|ons|mån|tis|lör|sön|pon|wt|śr|czw|pt|sob|nie|пн|вт|ср|чт|пт|сб|вс|понед|втор|сред|
    четв|пятн|субб|воск|
    на |sri|čet|pet|sub|ned|uto|вы писали |wiadomość napisana przez |missatge de |
    pzt|sal|çar|per|cum|cts|paz|jan|feb|apr|may|jun|jul|aug|sep|oct|nov|dec|
    在|於|于|في|בתאריך|ב-|ที่|เมื่อ|from |
    """)

  private static let weekdays = PhraseSet(
    """
    mon|tue|wed|thu|fri|sat|sun|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|
    vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|
    venerdì|sabato|domenica|segunda|terça|quarta|quinta|sexta|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|
    vie|sáb|dom|seg|ter|qua|qui|sex|
    """)

  /// Verbs that people use in prose too: only before a quote.
  private static let speech = PhraseSet([" said", " says", " sagte", " dijo", " disse", " a dit"])

  /// What it says of the writer, in lower case.
  private static let verbs = PhraseSet(
    """
    wrote| sent|quoting |citando |zitat von |missatge de |napisao je|napisala je|pisze|cytując |citerar |
    writes|a écrit|à écrit|écrit|escribió|escribio|escribe|ha escrito|escreveu|ha scritto|scrive|schrieb|
    geschrieben|schreef|geschreven|skrev|skriver|kirjoitti|napisał|napisal|napísal|napsal|написал|написав|пишет|пише|
    ha scritto:|a scris|írta|έγραψε|yazdı|yazmış|yazdi|đã viết|viết|menulis|เขียน|写道|寫道|写到|写信|寫信|wrote，|来信|
    さんは書きました|が書きました|のメール|さんが書いた|のメッセージ|님이 작성|작성:|작성|님이 쓴|썼습니다|
    كتب|تمت كتابة|כתב|כתבה|מאת|rašė|kirjutas|rakstīja|je napisao|je napisala|написа|skrifaði|
    va escriure|escribiu|idatzi du|napisana przez|نوشت|لکھا|लिखा|isinulat|sumulat|ने लिखा|je napisal|napisala|é scritto|
    ezt írta|şunu yazdı|เขียนว่า|이(가) 쓴 글|가 쓴 글|님의 글|вы писали|citējot|
    folgendes geschrieben|schrieben sie|nous a dit|пишаше|жазды|yazıb|scrisese|dijo:|написаў|написао
    """)
}
