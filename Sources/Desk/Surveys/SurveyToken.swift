import Conversations
import Crypto

/// The signed name of one survey, as it stands in a link: `s391-<16 letters>`. Nobody can make one for another survey.
struct SurveyToken {
  let keys: DeskKeys

  func text(for survey: Int64) -> String { "s\(survey)-\(keys.surveyCodes(for: survey)[0])" }

  /// The survey whose genuine token `text` is.
  func survey(in text: String) -> Int64? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count <= 64, parts.count == 2, parts[0].first == "s", let id = Int64(parts[0].dropFirst()),
      parts[0] == "s\(id)"
    else { return nil }
    // Every key is tried, whichever fits: how long it takes says nothing.
    let isGenuine = keys.surveyCodes(for: id).reduce(false) { constantTimeEquals(parts[1].utf8, $1.utf8) || $0 }
    return isGenuine ? id : nil
  }
}
