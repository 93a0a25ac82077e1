/// Months as mail programs write them: English, and the languages of those that translate their dates.
enum MonthNames {
  /// 1…12 for `May`, `Mai`, `mayo`, `мая`, `5月`; `nil` for other words.
  static func number(of word: Substring) -> Int? {
    guard word.utf8.count >= 3, let first = word.first else { return nil }
    if first.isNumber { return chinese(word) }
    guard first.isLetter else { return nil }
    let name = word.prefix(4).lowercased()
    // French: three letters do not part June from July.
    if name.hasPrefix("juin") { return 6 }
    if name.hasPrefix("juil") { return 7 }
    return months[String(name.prefix(3))]
  }

  private static func chinese(_ word: Substring) -> Int? {
    guard word.hasSuffix("月"), let number = Int(word.dropLast()), (1...12).contains(number) else { return nil }
    return number
  }

  /// By three letters; one line a month.
  private static let months: [String: Int] = {
    let lines = [
      "jan ene gen jän janv sty янв oca led", "feb fév fev feb lut фев şub úno", "mar mär mrz maa mrt мар bře",
      "apr avr abr kwi апр nis dub", "may mai mag mei maj май мая kvě", "jun giu cze июн haz čer",
      "jul lug lip июл tem", "aug aoû aou ago sie авг ağu srp", "sep set wrz сен eyl zář",
      "oct okt ott out paź окт eki říj",
      "nov lis ноя kas", "dec dez dic déc des gru дек ara pro",
    ]
    var months: [String: Int] = [:]
    for (index, line) in lines.enumerated() {
      for name in line.split(separator: " ") { months[String(name)] = index + 1 }
    }
    return months
  }()
}
