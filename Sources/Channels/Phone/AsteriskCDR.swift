import Conversations

/// One call detail record of Asterisk, from a line of Master.csv or from an AMI `Cdr` event.
/// Source: asterisk cdr/cdr_csv.c, main/callerid.c; documentation AMI_Events/Cdr.md.
struct AsteriskCDR: Sendable, Hashable {
  var source: String?
  var destination: String?
  var context: String?
  var callerID: String?
  var lastApplication: String?
  var start: String?
  var answer: String?
  var end: String?
  var billedSeconds: Int?
  var disposition: String?
  var uniqueID: String
  /// All records of one call share it, transfers included; only the newer columns have it.
  var linkedID: String?
  /// What the dialplan writes there, e.g. a voice menu's answer.
  var userField: String?

  /// `accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,
  /// disposition,amaflags`, then as configured `uniqueid`, `userfield` and, together, `peeraccount,linkedid,sequence`.
  init?(_ line: RecordLine) {
    guard line.fields.count >= Self.plainColumns, !line.isCut || line.fields.count > Self.plainColumns + 1,
      line[9] != nil, line[14] != nil
    else { return nil }
    (source, destination, context, callerID) = (line[1], line[2], line[3], line[4])
    (lastApplication, start, answer, end) = (line[7], line[9], line[10], line[11])
    (billedSeconds, disposition) = (CallNews.seconds(line[13]), line[14])
    uniqueID = Self.uniqueID(line) ?? CallImport.derivedID(line.bytes)
    let extra = line.fields.count - Self.plainColumns
    if extra >= 3 {
      linkedID = PhoneLine.callID(line[line.fields.count - 2]).flatMap { Self.looksUnique($0) ? $0 : nil }
    }
    if extra == 2 || extra >= 5 { userField = line[Self.plainColumns + 1] }
  }

  /// `fields` by lower-case key.
  init?(event fields: [String: String]) {
    guard let id = PhoneLine.callID(fields["uniqueid"]), fields["starttime"] != nil else { return nil }
    (source, destination) = (fields["source"], fields["destination"])
    (context, callerID) = (fields["destinationcontext"], fields["callerid"])
    (lastApplication, start) = (fields["lastapplication"], fields["starttime"])
    (answer, end) = (fields["answertime"], fields["endtime"])
    (billedSeconds, disposition) = (CallNews.seconds(fields["billableseconds"]), fields["disposition"])
    uniqueID = id
    (linkedID, userField) = (PhoneLine.callID(fields["linkedid"]), fields["userfield"])
  }

  private static let plainColumns = 16

  /// `uniqueid` and `userfield` are switched on one by one, so the number of columns and the look of a value decide.
  private static func uniqueID(_ line: RecordLine) -> String? {
    let extra = line.fields.count - plainColumns
    let hasBoth = extra == 2 || extra >= 5
    if let first = PhoneLine.callID(line[plainColumns]), hasBoth || (extra != 3 && looksUnique(first)) { return first }
    // With neither, but with the newer columns: linkedid, which all records of one call share.
    guard extra == 3 || extra == 4 else { return nil }
    return PhoneLine.callID(line[line.fields.count - 2])
  }

  /// `1787216400.42` or, where the system has a name, `pbx1-1787216400.42`.
  private static func looksUnique(_ text: String) -> Bool {
    let parts = (text.split(separator: "-").last ?? "").split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].utf8.count >= 9
      && parts.allSatisfy { part in !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) } }
  }

  /// The call, in the words all telephone systems share.
  func news(line: PhoneLine, clock: WallClock, inboundContexts: Set<String>, receivedAt: Instant) -> CallNews {
    let started = clock.instant(start)
    let isOutbound = !inboundContexts.contains(context ?? "")
    var news = CallNews(
      callID: uniqueID, isOutbound: isOutbound, from: line.number(source), to: line.number(destination),
      callerName: Self.name(inCallerID: callerID), disposition: outcome, at: clock.instant(end) ?? receivedAt,
      startedAt: started, duration: billedSeconds, isVoicemail: !isOutbound && isVoicemail)
    (news.linkedID, news.category) = (linkedID, line.category(userField, context, destination))
    news.answeredAt = clock.instant(answer)
    return news
  }

  /// The mailbox answered: that the caller left or heard something is all the record tells.
  private var isVoicemail: Bool {
    guard let application = lastApplication?.lowercased() else { return false }
    return application.hasPrefix("voicemail") && answer != nil
  }

  private var outcome: CallRecord.Disposition {
    switch disposition?.uppercased() {
    case "ANSWERED": .completed
    case "NO ANSWER": .noAnswer
    case "BUSY": .busy
    case "FAILED", "CONGESTION": .failed
    default: answer == nil ? .failed : .completed
    }
  }

  /// `"NAME" <NUMBER>` with `\"` and `\\` inside the quotes; either part may be missing.
  static func name(inCallerID text: String?) -> String? {
    guard let text = text?.callLine(limit: 300) else { return nil }
    guard text.hasPrefix("\"") else {
      let bare = text.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
      let name = bare.trimmingBlanks()
      return isNumber(name) ? nil : name.callLine()
    }
    var (name, isEscaped) = (String.UnicodeScalarView(), false)
    for scalar in text.unicodeScalars.dropFirst() {
      if scalar == "\"", !isEscaped { break }
      isEscaped = scalar == "\\" && !isEscaped
      if !isEscaped { name.append(scalar) }
    }
    return String(name).callLine()
  }

  private static func isNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: "+") }
  }
}
