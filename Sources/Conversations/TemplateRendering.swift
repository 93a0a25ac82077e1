/// Fills in the texts of `templates/`. The desk asks through this protocol, so that it need not know how they are read.
package protocol TemplateRendering: Sendable {
  /// The names of all templates, sorted: what an agent may type after `reply --template`.
  var names: [String] { get }

  /// What there is to choose from, sorted by name.
  var summaries: [TemplateSummary] { get }

  /// The template `name` in `language` (BCP 47: `zh`, `zh-Hant`, `en-GB`…; one that has no text gets the desk's own
  /// language), with `variables` put in. A variable that is missing or empty renders as nothing, and a section
  /// (`{{#name}}…{{/name}}`) around it is left out.
  func rendered(_ name: String, language: String, variables: [String: String]) throws(TemplateProblem)
    -> RenderedTemplate
}

/// A template as lists show it.
package struct TemplateSummary: Sendable, Hashable {
  package var name: String
  /// `reply` for those that agents choose; `after_hours`, `acknowledgement`, `alert`, `report` for those sent by themselves;
  /// `self_service` for those that customers read before they write.
  package var purpose: String
  /// The categories that a `self_service` one answers.
  package var categories: [String]
  /// Language → what people read in a list.
  package var titles: [String: String]
  package init(name: String, purpose: String, categories: [String] = [], titles: [String: String]) {
    (self.name, self.purpose, self.categories, self.titles) = (name, purpose, categories, titles)
  }
}

/// A template with its variables put in: a text that a customer may be shown.
package struct RenderedTemplate: Sendable, Hashable {
  /// One line; `nil` where the template has none.
  package var subject: String?
  /// Plain text, not escaped for anything, no line end at its end.
  package var text: String
  /// The same as HTML with its variables escaped, where the template has such a form.
  package var html: String?
  /// The language that was chosen: one of those the desk writes in.
  package var language: String
  /// What the customer may tap as an answer.
  package var options: [String] = []
  package init(subject: String?, text: String, html: String? = nil, language: String) {
    (self.subject, self.text, self.html, self.language) = (subject, text, html, language)
  }
}

/// Why a template gave no text.
package enum TemplateProblem: Error, Sendable, Hashable {
  /// There is no template of that name; `nearest` may have been meant.
  case unknown(name: String, nearest: String?)
}
