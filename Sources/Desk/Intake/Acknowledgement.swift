import Conversations
import Foundation

/// "Thanks" after the end of a conversation: recorded, and nobody is called back for it (REQUIREMENTS 30).
enum Acknowledgement {
  /// Longest thanks that are nothing else.
  private static let bytesMax = 160
  /// Whether the message only says thanks, agrees, or smiles. Never with a file, a question, or a word of its own.
  static func isOne(_ event: InboundEvent) -> Bool {
    guard event.attachments.isEmpty, let text = event.replyText ?? event.text, text.utf8.count <= bytesMax else {
      return false
    }
    let folded = TextFolding.fold(text)
    guard !folded.unicodeScalars.contains(where: { $0 == "?" || $0 == "¿" }) else { return false }
    guard let words = words(in: folded) else { return false }
    // Nothing but emoji, punctuation or blanks.
    guard !words.isEmpty else { return true }
    if greetings.contains(words.joined()) { return false }
    return phrases.contains(words.joined(separator: " ")) || isMadeOf(words) || isShort(words.joined())
  }

  /// The words of a text; `nil` as soon as it is neither made of pieces of thanks nor as short as a phrase of thanks,
  /// which the first words of most messages settle.
  private static func words(in folded: String) -> [String]? {
    var (words, letters, isMade) = ([String](), 0, true)
    var rest = folded.unicodeScalars[...]
    while let begin = rest.firstIndex(where: isOfWord) {
      rest = rest[begin...]
      let run = rest.prefix(while: isOfWord)
      rest = rest[run.endIndex...]
      let word = withoutAccents(String(run))
      words.append(word)
      letters += word.unicodeScalars.count
      isMade = isMade && (isThanks(word) || polite.contains(word))
      guard isMade || letters <= phraseMax else { return nil }
    }
    return words
  }

  private static func isThanks(_ word: String) -> Bool { agreeing.contains(word) || isCompound(word) }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "'" }
    if (0x4E00...0x9FFF).contains(scalar.value) { return true }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || scalar.properties.generalCategory == .nonspacingMark
  }

  /// `schön` → `schon`, in words of Latin letters only: elsewhere such marks make other letters.
  private static func withoutAccents(_ word: String) -> String {
    guard !word.utf8.allSatisfy({ $0 < 0x80 }), word.unicodeScalars.allSatisfy({ $0.value < 0x250 }) else {
      return word
    }
    return word.folding(options: .diacriticInsensitive, locale: nil)
  }

  /// `thank you very much, all good now`, `好的谢谢您了`: pieces of thanks and no other word.
  private static func isMadeOf(_ words: [String]) -> Bool {
    var hasThanks = false
    for word in words {
      if isThanks(word) {
        hasThanks = true
      } else if !polite.contains(word) {
        return false
      }
    }
    return hasThanks
  }

  /// A run of Chinese, Japanese or Korean without blanks: nothing is left when the pieces of thanks are taken out.
  private static func isCompound(_ word: String) -> Bool {
    guard word.utf8.count >= 3, word.unicodeScalars.contains(where: { $0.value >= 0x2E80 }) else { return false }
    var (rest, taken) = (Substring(word), false)
    while let first = rest.unicodeScalars.first {
      if let piece = pieces[first]?.first(where: { rest.hasPrefix($0) }) {
        rest = rest.dropFirst(piece.count)
        taken = true
      } else if let filler = fillers[first]?.first(where: { rest.hasPrefix($0) }) {
        rest = rest.dropFirst(filler.count)
      } else {
        return false
      }
    }
    return taken
  }

  /// By their first letter, the longest first.
  private static func byFirst(_ pieces: [String]) -> [Unicode.Scalar: [String]] {
    Dictionary(grouping: pieces.sorted { $0.count > $1.count }) { $0.unicodeScalars.first ?? " " }
  }

  /// Up to three letters say nothing that must be answered, but for those that ask or deny.
  private static func isShort(_ text: String) -> Bool {
    guard text.count <= 3 else { return false }
    return !denying.contains(text) && !text.contains { asking.contains($0) }
  }

  /// Whoever greets wants something.
  private static let greetings: Set<String> = [
    "你好", "您好", "你好啊", "您好啊", "哈喽", "喂", "hi", "hey", "yo", "hello", "hallo", "ciao", "hola", "안녕", "안녕하세요",
    "こんにちは", "もしもし",
  ]
  private static let denying: Set<String> = [
    "no", "not", "non", "nee", "nie", "how", "why", "wer", "was", "wie", "who", "new", "sos", "wtf", "nope",
  ]
  /// 没收到, 不行, 为什么, 怎么办, 在吗, 退款, 冻结 …
  private static let asking: Set<Character> = Set(
    "没未不无吗嘛么呢何谁啥哪怎几错假慢急催退付款钱骗盗冻卡号码图救帮快等查还再问投诉请麻来去打回改删取换왜안못뭐언なぜ何か無否"
  )

  /// Said alone.
  private static let phrases: Set<String> = [
    "thank you", "thank you so much", "thank you very much", "thanks a lot", "thanks a million", "many thanks",
    "got it", "all good", "all good now", "no problem", "sounds good", "much appreciated", "will do", "that works",
    "it works", "it works now", "works now", "you too", "have a nice day", "vielen dank", "danke schon", "danke sehr",
    "besten dank", "herzlichen dank", "alles klar", "merci beaucoup", "merci bien", "muchas gracias", "mil gracias",
    "muito obrigado", "muito obrigada", "grazie mille", "molte grazie", "dank u", "dank u wel", "dank je",
    "dank je wel",
    "tack sa mycket", "mange tak", "tusen takk", "kiitos paljon", "dziekuje bardzo", "cok tesekkurler",
    "tesekkur ederim",
    "большое спасибо", "спасибо большое", "děkuji moc",
  ]
  /// Letters of the longest phrase; greetings and what says too little are shorter.
  private static let phraseMax = phrases.reduce(0) { longest, phrase in
    max(longest, phrase.unicodeScalars.reduce(0) { $0 + ($1 == " " ? 0 : 1) })
  }
  private static let agreeing: Set<String> = [
    "thanks", "thankyou", "thx", "thnx", "tnx", "tks", "ty", "tysm", "cheers", "ta", "ok", "okay", "okey", "oki", "k",
    "great", "perfect", "super", "excellent", "awesome", "wonderful", "cool", "nice", "noted", "received", "understood",
    "fine", "good", "yes", "yep", "sure", "solved", "resolved", "fixed", "danke", "dankeschon", "vielendank", "merci",
    "gracias", "obrigado", "obrigada", "grazie", "bedankt", "dank", "tack", "tak", "takk", "kiitos", "dziekuje",
    "dzieki",
    "dekuji", "diky", "koszonom", "multumesc", "tesekkurler", "sagol", "спасибо", "благодарю", "дякую", "ευχαριστω",
    "ευχαριστώ",
    "شكرا", "תודה", "terimakasih", "d'accord", "parfait", "perfetto", "perfecto", "perfekt", "prima", "genial", "vale",
  ]
  /// Only beside thanks.
  private static let polite: Set<String> = [
    "you", "so", "very", "much", "got", "it", "works", "a", "lot", "again", "all", "now", "for", "your", "the", "help",
    "quick", "fast",
    "reply",
    "answer", "support", "response", "that", "and", "everyone", "team", "dear", "sir", "madam", "best",
    "regards", "kind", "bye", "many", "fur", "die", "schnelle", "hilfe", "antwort", "sehr", "beaucoup", "bien",
    "muchas",
    "mil", "por", "su", "ayuda", "pour", "votre", "aide", "mille", "molte", "per", "muito", "pela", "ajuda", "i",
    "will",
  ]
  private static let pieces = byFirst([
    "谢谢", "多谢", "感谢", "感激", "谢了", "谢啦", "3q", "辛苦了", "辛苦", "好的", "好了", "好滴", "好哒", "收到", "知道了", "知道", "明白了",
    "明白", "了解了", "了解", "清楚了", "解决了", "已解决", "可以了", "没问题了", "没问题", "没事了", "行了", "搞定了", "搞定", "已收到", "ok",
    "ありがとうございました", "ありがとうございます", "有難うございます", "ありがとう", "了解です", "了解しました", "承知しました", "わかりました",
    "助かりました", "お疲れ様です", "감사합니다", "감사드립니다", "감사해요", "고맙습니다", "고마워요", "알겠습니다", "네", "확인했습니다", "嗯嗯", "嗯",
    "好", "谢", "行", "赞",
  ])
  private static let fillers = byFirst([
    "您", "你", "们", "非常", "十分", "太", "很", "了", "啦", "呀", "啊", "哦", "哈", "的", "大家", "客服", "老师", "帮忙", "帮助", "回复", "您的",
    "你的", "耐心", "まことに", "どうも", "本当に", "정말", "대단히", "네",
  ])
}
