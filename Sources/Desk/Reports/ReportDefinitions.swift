/// What each number means, printed on every report: METRICS in a sentence each.
struct ReportDefinition: Sendable {
  /// Cells whose key begins with one of these are meant.
  var keys: [String]
  /// `{rules}` stands for what the service level of the report is counted by.
  var en: String
  var zh: String

  static let all: [ReportDefinition] = [
    .init(
      keys: ["arrived", "proactive"],
      en:
        "New: conversations that a customer began in the period. Those we began are counted apart. Merged-away ones and spam count nowhere; a merged conversation keeps the earlier start.",
      zh: "新会话：周期内由客户发起的会话；由我方发起的单独计数。被合并的会话和垃圾信息不计入；合并后保留较早的开始时间。"),
    .init(
      keys: ["resolved"],
      en:
        "Resolved: conversations resolved in the period, each once, however often it was resolved and by whomever; it stands where, and for the agent by whom, it was resolved last.",
      zh: "已解决：周期内解决过的会话，无论解决几次、由谁解决，每个会话计一次，归属于周期内最后一次解决的队列与坐席。"),
    .init(
      keys: ["first_response", "first_response_from_handoff"],
      en:
        "First response: the customer's first message to the first answer by a person that the provider accepted. Automatic messages and notes never count; an answer that bounced later is none. It belongs to the period and to the author of the answer. From hand-over: from the moment at which a bot handed over.",
      zh:
        "首次响应：客户首条消息到首条被渠道接收的人工回复。自动消息和内部备注不计入；之后被退回的回复视为未回复。归属于该回复的时间与作者。转人工后首次响应：自机器人转人工时起计。"
    ),
    .init(
      keys: ["next_reply"],
      en:
        "Next reply: the oldest unanswered message after our last answer to our next answer, one value for each turn.",
      zh: "后续回复：上次回复之后最早的未答消息到下一条人工回复，每轮一个值。"),
    .init(
      keys: ["resolution"],
      en:
        "Resolution (target clock): start to last resolution in the hours of the target, standing still while the customer owes us an answer; a reopening lets it go on.",
      zh: "解决（目标计时）：从开始到最后一次解决，按目标的营业时间计时；等待客户期间暂停，重新打开后继续。"),
    .init(
      keys: ["first_resolution", "full_resolution"],
      en:
        "First and full resolution: start to the first, or to the last resolution if it still stands at the end of the period; no pauses.",
      zh: "首次解决与最终解决：从开始到首次解决；或到最后一次解决（期末仍为已解决）。不扣除暂停。"),
    .init(
      keys: ["requester_wait", "agent_work", "customer_wait", "on_hold"],
      en:
        "Waiting: business time of the conversations resolved in the period spent as new, open or on hold (customer waited), as new or open (with agents), as pending (for the customer), on hold (for a third party).",
      zh: "等待：周期内已解决会话处于“新建/处理中/挂起”（客户等待）、“新建/处理中”（坐席）、“等待客户”、“挂起”（第三方）的营业时间。"),
    .init(
      keys: ["queue_wait", "handle"],
      en:
        "In queue until taken: by the clock on the wall. Handling: from taking a conversation to answering, releasing or resolving it, at most until the lease lapsed; summed per conversation and agent. Average handling time: the mean of these sums.",
      zh: "排队等待：按自然时间。处理时长：从领取到回复、释放或解决，最长至租约到期；按会话与坐席合计。平均处理时长：上述合计值的平均。"),
    .init(
      keys: ["work"],
      en:
        "Occupancy = busy ÷ (busy + ready). Utilisation = busy ÷ (busy + ready + away). Busy: holding at least one conversation, each second once; ready: online and holding none. Only in reports that name no queue, channel or category.",
      zh: "占用率 = 处理会话 ÷（处理会话 + 待命）；利用率 = 处理会话 ÷（处理会话 + 待命 + 暂离）。处理会话：至少持有一个会话的时间，重叠只计一次；待命：在线且未持有会话。仅在不限队列、渠道和类别的报表中给出。"
    ),
    .init(
      keys: ["attainment", "met", "breached"],
      en:
        "In time = met ÷ (met + missed). A promise is kept if the answer comes at the due time or before. One that is broken and still open counts as missed at its due time; one not yet due counts nowhere. Targets are those of the event that started the clock; business seconds are judged by the hours valid at each second.",
      zh: "达标率 = 达标 ÷（达标 + 超时）。到期时刻或之前完成即达标；已超时但未完成的按到期时刻计为超时；未到期的不计入。目标以计时开始时为准；每一秒按当时有效的营业时间判定。"),
    .init(
      keys: ["p50", "p90", "p95"],
      en: "p50, p90, p95: nearest rank, always an observed value; made from all values of the period.",
      zh: "p50、p90、p95：最近秩法，取实际观测值，由周期内全部数值计算。"),
    .init(
      keys: ["backlog"],
      en:
        "Backlog: begun and not resolved at the end of the period; age in calendar time from the start, business time beside it.",
      zh: "积压：期末已开始且未解决的会话；时长自开始起按自然时间计算，并列营业时间。"),
    .init(
      keys: ["reopened", "reopen_percent", "one_touch", "one_touch_percent", "zero_touch", "bot_resolved"],
      en:
        "Reopen rate = conversations reopened ÷ conversations resolved in the period; thanks after the end reopen nothing. One-touch: resolved with exactly one answer, never reopened, never pending or on hold; its rate is of those whose last resolution lies in the period. Zero-touch: resolved without an answer by a person, never reopened. By bot: resolved by no agent, and no person had answered.",
      zh:
        "重开率 = 周期内重新打开的会话 ÷ 周期内解决的会话；结束后的致谢不算重开。一次解决：仅一条回复即解决，未重开且未等待；一次解决率的分母为最后一次解决在周期内的会话。零回复解决：没有人工回复即解决且未重开。机器人解决：并非由坐席解决，且此前没有人工回复。"
    ),
    .init(
      keys: ["replies"],
      en:
        "Bounce rate = answers that failed after the provider had accepted them ÷ accepted. Not deliverable: never accepted, given up.",
      zh: "退回率 = 渠道接收后失败的回复 ÷ 已接收。无法送达：从未被接收并已放弃。"),
    .init(
      keys: ["live"],
      en:
        "Calls and chats, {rules}. SL1: answered in Y ÷ answered. SL2: ÷ offered. SL3: ÷ (offered − short abandons). SL4: (answered + abandoned in Y) ÷ offered. Abandoned: ended before anybody answered. Each call counts, from its beginning to when its record says that it was taken, or to its end; it stands where it was taken or given up.",
      zh:
        "电话与在线聊天，{rules}。SL1：Y 内接起 ÷ 接起；SL2：÷ 来量；SL3：÷（来量 − 短放弃）；SL4：（Y 内接起 + Y 内放弃）÷ 来量。放弃：应答前结束。每通电话各计一次，自来电起至通话记录所载的接起或结束；归属于接起或放弃时所在的队列等。"
    ),
    .init(
      keys: ["satisfaction"],
      en:
        "CSAT = ratings 4 and 5 ÷ all ratings, with the 95 % Wilson interval; shown from five ratings on. Response rate = ratings ÷ surveys that arrived: accepted by the provider, or shown on the chat page.",
      zh:
        "满意度 = 4、5 分评价 ÷ 全部评价，附 95 % Wilson 区间；满 5 个评价才显示。回收率 = 评价数 ÷ 已送达的调查数（被渠道接收，或已在聊天页面显示）。"
    ),
    .init(
      keys: ["data_quality"],
      en: "Answers dated before the question: the provider's clock and ours disagree; their time counts as 0.",
      zh: "早于提问的回复：渠道时钟与我方不一致，其时长计为 0。"),
  ]

  func text(_ report: ServiceReport) -> String {
    (report.words.isChinese ? zh : en).replacing("{rules}", with: report.rulesText)
  }

  /// The place in `all` of what defines a cell, a group or a column.
  static func place(of key: String) -> Int? {
    let group = String(key.prefix { $0 != "." })
    let last = key.split(separator: ".").last.map(String.init) ?? ""
    let named = all.firstIndex { $0.keys.contains(last) }
    return key.hasSuffix("attainment_percent")
      ? all.firstIndex { $0.keys.contains("attainment") } : all.firstIndex { $0.keys.contains(group) } ?? named
  }
}
