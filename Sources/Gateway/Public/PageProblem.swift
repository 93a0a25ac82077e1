import Channels
import Conversations
import Desk

/// What went wrong, as customers read it: a sentence for each code, in both languages. Pages bring theirs along
/// (`data-problems`), so that their script has words for what no server of ours says: a proxy's error, a lost network.
struct PageProblem {
  let language: String
  var textMax = 0
  var filesMax = 0
  /// Bytes.
  var filesSizeMax = 0

  private var isChinese: Bool { language == "zh" }
  private var megabytes: Int { filesSizeMax >> 20 }

  /// For a problem whose code has no sentence of its own, that of its status; `problems.js` does the same.
  func sentence(_ problem: DoorProblem) -> String {
    let byStatus =
      switch problem.status {
      case 413: "too_large"
      case 429: "too_many"
      case 408, 500...: "unavailable"
      case 404: "not_found"
      default: "other"
      }
    let words = Self.words(self)
    return pick(words[problem.code] ?? words[byStatus] ?? ("", ""))
  }

  /// Code → sentence, for a page's `data-problems`.
  var json: String {
    let words = Self.words(self).sorted { $0.key < $1.key }
    return JSON.object(words.map { .init($0.key, JSON(pick($0.value))) }).description
  }

  private func pick(_ words: (en: String, zh: String)) -> String { isChinese ? words.zh : words.en }

  private static func words(_ page: PageProblem) -> [String: (en: String, zh: String)] {
    [
      "email": (
        "Please give an e-mail address that we can answer to, such as name@example.com.",
        "请填写可以收到回复的邮箱地址，例如 name@example.com。"
      ),
      "text": ("Please write what happened.", "请写下您遇到的问题。"),
      "text_max": (
        "This text is too long: \(page.textMax) characters at most.", "文字太长，最多 \(page.textMax) 个字符。"
      ),
      "files_max": ("Too many files: \(page.filesMax) at most.", "文件太多，最多 \(page.filesMax) 个。"),
      "too_large": page.megabytes == 0
        ? ("This is too large to be sent.", "内容太大，无法提交。")
        : (
          "Too large: the files may have \(page.megabytes) MB together. Please leave one out, or make it smaller.",
          "文件太大，合计不能超过 \(page.megabytes) MB。请移除一个文件，或压缩后再试。"
        ),
      "file_empty": ("This file is empty.", "文件是空的。"),
      "file_unreadable": ("This file could not be read.", "无法读取这个文件。"),
      "too_many": (
        "That was too much at once. Nothing you wrote is lost: please wait a minute, then try again.",
        "操作过于频繁。您写的内容没有丢失，请稍等一分钟再试。"
      ),
      "unavailable": (
        "We cannot take it just now. Nothing you wrote is lost: please try again in a minute.",
        "系统暂时无法接收。您写的内容没有丢失，请一分钟后再试。"
      ),
      "offline": (
        "There is no connection. Nothing you wrote is lost: please try again when you are online.",
        "网络连接已断开。您写的内容没有丢失，联网后请重试。"
      ),
      "session": (
        "We no longer know this browser. Please copy what you wrote, then load the page again.",
        "会话已失效。请先复制您写的内容，再刷新页面。"
      ),
      "origin": ("The chat cannot be used from this site.", "不能在这个网站上使用本聊天。"),
      "no_answer": (
        "There is nothing to send yet: nobody has answered.", "目前还没有客服回复，暂时没有可发送的内容。"
      ),
      "transcript_off": ("This chat sends no conversations by e-mail.", "本聊天不支持把对话发送到邮箱。"),
      "address": (
        "Nothing can be sent to this address. Please give another one.", "无法发送到这个邮箱，请换一个地址。"
      ),
      "stars": ("Please choose one to five stars.", "请选择一到五颗星。"),
      "not_found": ("This has ended, or was never there.", "此内容不存在或已失效。"),
      "other": ("This cannot be taken as it is. Please change it and try again.", "无法接收这样的内容，请修改后重试。"),
    ]
  }
}

extension DoorProblem {
  /// What intake refused, or could not keep just now.
  init(_ refused: IntakeResult) {
    let status = refused.answer.status
    let code = refused.refusalCode ?? (status == 413 ? "too_large" : status >= 500 ? "unavailable" : "invalid")
    self.init(status, code, refused.refusal ?? "temporarily unavailable")
  }
}
