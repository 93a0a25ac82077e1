/// Votes of common words and letters for the languages written in Latin letters.
struct LatinVotes {
  private(set) var words = 0
  /// Words that stand in the lists below.
  private(set) var known = 0
  /// Beside `languages`.
  private var votes = [Int](repeating: 0, count: Self.languages.count)

  /// A letter beyond ASCII, lower-cased into `word` as its plain base, with the languages it speaks for.
  mutating func note(_ scalar: Unicode.Scalar, into word: inout [UInt8]) {
    let letter = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
    word.append(contentsOf: letter.properties.lowercaseMapping.utf8)
    for language in Self.letters[letter] ?? [] { votes[language] += 1 }
  }

  /// Latin Extended Additional is used by Vietnamese, and by little else that customers write.
  mutating func noteVietnamese() { votes[Self.vietnamese] += 2 }

  mutating func vote(_ word: [UInt8]) {
    words += 1
    guard word.count <= 15, let languages = Self.vocabulary[String(decoding: word, as: UTF8.self)] else { return }
    known += 1
    for language in languages { votes[language] += 2 }
  }

  /// English when words stand there that speak for nothing: most such messages are.
  func guess() -> LanguageGuess {
    let most = votes.max() ?? 0
    guard most > 0, let best = votes.firstIndex(of: most) else {
      return words == 0 ? LanguageGuess(language: "und", isClear: false) : LanguageGuess(language: "en", isClear: false)
    }
    let isAlone = !votes[(best + 1)...].contains(most)
    return LanguageGuess(language: Self.languages[best], isClear: isAlone && most >= 2)
  }

  private static let languages = lists.keys.sorted()
  private static func place(_ language: String) -> Int { languages.firstIndex(of: language) ?? 0 }
  private static let vietnamese = place("vi")
  private static let letters = speaking.mapValues { $0.map(place) }

  private static let speaking: [Unicode.Scalar: [String]] = [
    "ß": ["de"], "ä": ["de", "sv"], "ö": ["de", "sv", "tr"], "ü": ["de", "tr"], "ñ": ["es"], "¿": ["es"], "¡": ["es"],
    "ç": ["fr", "pt", "tr"], "é": ["fr", "es", "pt"], "è": ["fr", "it"], "ê": ["fr", "pt", "vi"], "à": ["fr", "it"],
    "œ": ["fr"], "ã": ["pt", "vi"], "õ": ["pt"], "á": ["es", "pt"], "í": ["es"], "ó": ["es", "pl"], "ú": ["es"],
    "ą": ["pl"], "ę": ["pl"], "ł": ["pl"], "ś": ["pl"], "ż": ["pl"], "ź": ["pl"], "ć": ["pl"], "ğ": ["tr"], "ı": ["tr"],
    "ş": ["tr"], "å": ["sv", "da"], "ø": ["da"], "æ": ["da"], "đ": ["vi"], "ơ": ["vi"], "ư": ["vi"], "ì": ["it"],
    "ò": ["it"],
    "ù": ["it", "fr"], "ô": ["fr", "vi"], "î": ["fr"], "û": ["fr"], "â": ["fr", "vi"], "ă": ["vi"],
  ]

  /// Function words, and what customers say first.
  private static let lists: [String: String] = [
    "en": """
    a no so up out our their they he she an the and is are was were be been to of in on for with my your our you i me we it this that not have has had do does did \
    can cannot could would will please help hello hi dear thanks thank what when where why how who but from just still \
    after before again there any am im ive dont didnt doesnt wont isnt if at as or an yes ok money back want need get got \
    lost phone stolen refund account payment login password order card
    """,
    "de": """
    der die das und ist sind war nicht ich wir sie mein meine meinen mit auf für fur von zu ein eine einen es dass wie bitte \
    hallo danke kann habe haben wurde noch auch aber oder wenn mich mir ihr konto geld zahlung guten tag kein keine
    """,
    "fr": """
    le la les et est sont je vous nous mon ma mes votre un une des du de pas ne que qui pour avec sur dans bonjour merci \
    svp plus mais ou il elle ce cette ai été compte paiement argent comment au aux en
    """,
    "es": """
    el la los las y es son yo mi mis su un una unos de del no que por para con en hola gracias favor pero como cuando \
    donde se me he ha está esta cuenta pago dinero tengo puedo quiero buenos al lo
    """,
    "pt": """
    o a os as e é não nao eu meu minha seu um uma de do da no na que por para com em olá ola obrigado obrigada mas como \
    quando onde se está conta pagamento dinheiro tenho posso quero você voce
    """,
    "it": """
    il lo la i gli le e è sono io mio mia un una di del della non che per con in ciao grazie ma come quando dove si ho ha \
    conto pagamento soldi posso voglio buongiorno al mi
    """,
    "nl": """
    de het een en is zijn niet ik wij mijn met op voor van naar dat hoe alstublieft hallo bedankt kan heb hebben maar of \
    als mij uw rekening betaling geld geen goedemorgen
    """,
    "pl": "i w na nie jest się to do że z jak proszę dzień dobry dziękuję moje mój konto pieniądze ale czy mam mogę",
    "tr": "ve bir bu için ile ben benim değil nasıl lütfen merhaba teşekkürler hesap hesabım ödeme para ama var yok",
    "sv": "och att det är inte jag vi min mitt med på för av till ett en hur tack hej kan har men eller konto pengar",
    "da": "og at det er ikke jeg vi min mit med på for af til et en hvordan tak hej kan har men eller konto penge",
    "vi": "va la toi cua khong tai khoan tien xin chao cam on duoc giup minh bi lam sao và là tôi của không được",
    "id":
      "dan yang di ke dari saya anda tidak bisa untuk dengan ini itu tolong terima kasih akun uang pembayaran bagaimana",
  ]

  private static let vocabulary: [String: [Int]] = {
    var words: [String: [Int]] = [:]
    for (place, language) in languages.enumerated() {
      for word in lists[language, default: ""].split(separator: " ") { words[String(word), default: []].append(place) }
    }
    return words
  }()
}
