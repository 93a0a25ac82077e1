/// What a template is for; it settles which variables it may use.
package enum TemplatePurpose: String, Sendable, CaseIterable {
  /// Chosen by an agent, or sent first to a new conversation of its category.
  case reply
  /// Sent by itself to a new conversation while the desk is open.
  case acknowledgement
  /// Sent by itself to a new conversation while its queue is closed.
  case afterHours = "after_hours"
  /// Tells our own people of an urgent conversation.
  case alert
  /// The mail that carries a report.
  case report
  /// An answer that customers read on the chat page before they write.
  case selfService = "self_service"
  /// The mail that carries a customer's chat, when they ask for it.
  case transcript
  /// Asks a customer how it was, after their conversation was resolved.
  case survey

  /// Name → what it holds, in the order of the documentation. The desk's own (`desk: variables:`) come on top.
  package var variables: [(name: String, help: String)] {
    switch self {
    case .reply: Self.conversationVariables + Self.agentVariables + Self.factsVariables
    case .acknowledgement: Self.conversationVariables + Self.factsVariables
    case .afterHours: Self.conversationVariables + Self.hoursVariables + Self.factsVariables
    case .alert: Self.conversationVariables + Self.alertVariables
    case .report: Self.reportVariables
    case .selfService: []
    case .transcript: Self.transcriptVariables
    case .survey: Self.surveyVariables
    }
  }

  private static let surveyVariables: [(name: String, help: String)] = [
    ("conversation", "the conversation's number, e.g. `1042`"),
    ("subject", "the conversation's subject; empty where the channel has none"),
    ("category", "the category's title in the template's language"),
    ("rating_link", "the page where the customer rates"),
    ("rating_links", "one line for each rating, five stars first, each with its link"),
  ]

  private static let transcriptVariables: [(name: String, help: String)] = [
    ("conversation", "the conversation's number, e.g. `1042`"),
    ("subject", "the conversation's subject; chats have none"),
    ("category", "the category's title in the template's language"),
    ("transcript", "what was said, with times and speakers; redacted"),
  ]

  private static let conversationVariables: [(name: String, help: String)] = [
    ("conversation", "the conversation's number, e.g. `1042`"),
    ("customer_name", "the customer's name as the channel gives it; often empty"),
    ("subject", "the customer's subject line; empty where the channel has none"),
    ("category", "the category's title in the template's language"),
  ]
  private static let agentVariables: [(name: String, help: String)] = [
    ("agent_name", "who answers; empty when the router does"),
    ("missing", "what the customer has not told yet, as a list of lines; empty when nothing is missing"),
    ("opens_at", "when the queue opens next, e.g. `Monday 9 March, 09:00`; empty while it is open"),
  ]
  private static let hoursVariables: [(name: String, help: String)] = [
    ("opens_at", "when the queue opens next, e.g. `Monday 9 March, 09:00`"),
    ("closed_for", "the holiday's name; empty on an ordinary evening or weekend"),
  ]
  private static let factsVariables: [(name: String, help: String)] = [
    ("transaction_id", "found in the customer's text; empty when there is none"),
    ("amount", "found in the customer's text, with its currency; empty when there is none"),
    ("account_email", "found in the customer's text; empty when there is none"),
  ]
  private static let alertVariables: [(name: String, help: String)] = [
    ("queue", "the queue's title"),
    ("channel", "the connection's title"),
    ("reason", "why it is urgent: the rule or the words that decided"),
    ("received_at", "when it came in, in the desk's zone"),
    ("excerpt", "the first words of the message, redacted, on one line"),
  ]
  private static let reportVariables: [(name: String, help: String)] = [
    ("report", "the report's title in the template's language"),
    ("period", "what it covers, e.g. `2026-03-02 – 2026-03-08`"),
    ("made_at", "when it was made, in the desk's zone"),
    ("received", "new conversations in the period"),
    ("resolved", "conversations resolved in the period"),
    ("waiting", "conversations waiting at its end"),
    ("breached", "service targets missed"),
    ("first_response_met", "share of first responses in time, e.g. `96.4 %`"),
    ("summary", "the report's key figures as lines of text"),
  ]
}
