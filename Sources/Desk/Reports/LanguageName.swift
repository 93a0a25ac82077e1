/// What people call a language, in both languages of reports. Our own table and not the system's, so that a report made
/// again has the same bytes.
enum LanguageName {
  /// `zh-Hant` → Traditional Chinese, `pt-BR` → Portuguese (BR); a tag that is not here is another language, and says which.
  static func of(_ tag: String) -> (en: String, zh: String)? {
    let parts = tag.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).map(String.init)
    guard let primary = parts.first else { return nil }
    if primary == "und" { return ("Not recognised", "未识别") }
    if primary == "zh", let script = chineseScript(parts.dropFirst()) { return script }
    guard let name = names[primary] else { return ("Another language (\(tag))", "其他语言（\(tag)）") }
    guard let region = parts.dropFirst().last(where: { $0.count == 2 }), primary != "en", primary != "zh" else {
      return name
    }
    return ("\(name.en) (\(region.uppercased()))", "\(name.zh)（\(region.uppercased())）")
  }

  /// A script that is named, or that of a place.
  private static func chineseScript(_ parts: ArraySlice<String>) -> (en: String, zh: String)? {
    if parts.contains(where: ["hant", "tw", "hk", "mo"].contains) { return ("Traditional Chinese", "繁体中文") }
    return parts.contains(where: ["hans", "cn", "sg"].contains) ? ("Simplified Chinese", "简体中文") : nil
  }

  /// By ISO 639-1, and a few that have three letters only.
  private static let names: [String: (en: String, zh: String)] = [
    "af": ("Afrikaans", "南非荷兰语"), "am": ("Amharic", "阿姆哈拉语"), "ar": ("Arabic", "阿拉伯语"),
    "az": ("Azerbaijani", "阿塞拜疆语"), "be": ("Belarusian", "白俄罗斯语"), "bg": ("Bulgarian", "保加利亚语"),
    "bn": ("Bengali", "孟加拉语"), "bo": ("Tibetan", "藏语"), "bs": ("Bosnian", "波斯尼亚语"),
    "ca": ("Catalan", "加泰罗尼亚语"), "cs": ("Czech", "捷克语"), "cy": ("Welsh", "威尔士语"), "da": ("Danish", "丹麦语"),
    "de": ("German", "德语"), "el": ("Greek", "希腊语"), "en": ("English", "英文"), "eo": ("Esperanto", "世界语"),
    "es": ("Spanish", "西班牙语"), "et": ("Estonian", "爱沙尼亚语"), "eu": ("Basque", "巴斯克语"),
    "fa": ("Persian", "波斯语"), "fi": ("Finnish", "芬兰语"), "fil": ("Filipino", "菲律宾语"), "fr": ("French", "法语"),
    "ga": ("Irish", "爱尔兰语"), "gl": ("Galician", "加利西亚语"), "gu": ("Gujarati", "古吉拉特语"),
    "he": ("Hebrew", "希伯来语"), "hi": ("Hindi", "印地语"), "hr": ("Croatian", "克罗地亚语"),
    "hu": ("Hungarian", "匈牙利语"), "hy": ("Armenian", "亚美尼亚语"), "id": ("Indonesian", "印度尼西亚语"),
    "is": ("Icelandic", "冰岛语"), "it": ("Italian", "意大利语"), "iw": ("Hebrew", "希伯来语"), "ja": ("Japanese", "日语"),
    "jv": ("Javanese", "爪哇语"), "ka": ("Georgian", "格鲁吉亚语"), "kk": ("Kazakh", "哈萨克语"),
    "km": ("Khmer", "高棉语"), "kn": ("Kannada", "卡纳达语"), "ko": ("Korean", "韩语"), "ku": ("Kurdish", "库尔德语"),
    "ky": ("Kyrgyz", "吉尔吉斯语"), "lo": ("Lao", "老挝语"), "lt": ("Lithuanian", "立陶宛语"), "lv": ("Latvian", "拉脱维亚语"),
    "mk": ("Macedonian", "马其顿语"), "ml": ("Malayalam", "马拉雅拉姆语"), "mn": ("Mongolian", "蒙古语"),
    "mr": ("Marathi", "马拉地语"), "ms": ("Malay", "马来语"), "mt": ("Maltese", "马耳他语"), "my": ("Burmese", "缅甸语"),
    "nb": ("Norwegian", "挪威语"), "ne": ("Nepali", "尼泊尔语"), "nl": ("Dutch", "荷兰语"), "nn": ("Norwegian", "挪威语"),
    "no": ("Norwegian", "挪威语"), "pa": ("Punjabi", "旁遮普语"), "pl": ("Polish", "波兰语"), "ps": ("Pashto", "普什图语"),
    "pt": ("Portuguese", "葡萄牙语"), "ro": ("Romanian", "罗马尼亚语"), "ru": ("Russian", "俄语"),
    "si": ("Sinhala", "僧伽罗语"), "sk": ("Slovak", "斯洛伐克语"), "sl": ("Slovenian", "斯洛文尼亚语"),
    "so": ("Somali", "索马里语"), "sq": ("Albanian", "阿尔巴尼亚语"), "sr": ("Serbian", "塞尔维亚语"),
    "sv": ("Swedish", "瑞典语"), "sw": ("Swahili", "斯瓦希里语"), "ta": ("Tamil", "泰米尔语"), "te": ("Telugu", "泰卢固语"),
    "tg": ("Tajik", "塔吉克语"), "th": ("Thai", "泰语"), "tk": ("Turkmen", "土库曼语"), "tl": ("Filipino", "菲律宾语"),
    "tr": ("Turkish", "土耳其语"), "ug": ("Uyghur", "维吾尔语"), "uk": ("Ukrainian", "乌克兰语"), "ur": ("Urdu", "乌尔都语"),
    "uz": ("Uzbek", "乌兹别克语"), "vi": ("Vietnamese", "越南语"), "yue": ("Cantonese", "粤语"), "zh": ("Chinese", "中文"),
    "zu": ("Zulu", "祖鲁语"),
  ]
}
