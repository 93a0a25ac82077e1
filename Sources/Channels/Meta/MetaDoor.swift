import Conversations

/// What all Meta products check before they look at a body: the subscription handshake and the signature.
/// developers.facebook.com/docs/graph-api/webhooks/getting-started
struct MetaDoor: Sendable {
  private let appSecrets: [Secret]
  private let verifyTokens: [Secret]

  static let settings: [Setting] = [
    Setting("app_secret", .secret, required: true, help: "the app's secret; signs every delivery"),
    Setting("verify_token", .secret, required: true, help: "the text you typed when subscribing the webhook"),
  ]

  init(_ values: SettingValues) {
    (appSecrets, verifyTokens) = (values.secrets("app_secret"), values.secrets("verify_token"))
  }

  func verify(_ delivery: RawDelivery) -> Verdict {
    switch delivery.method {
    case "GET": handshake(FormFields(query: delivery.query))
    case "POST": signature(delivery)
    default: .refused(status: 405, reason: "method is neither GET nor POST")
    }
  }

  /// The challenge goes back as plain text: as HTML it would run in a browser.
  private func handshake(_ query: FormFields) -> Verdict {
    let isToken = Signatures.isToken(query["hub.verify_token"], oneOf: verifyTokens)
    guard query["hub.mode"] == "subscribe", isToken, let challenge = query["hub.challenge"] else {
      return .refused(status: 403, reason: "handshake without the verify token")
    }
    return .answered(.text(challenge))
  }

  /// `X-Hub-Signature` (SHA-1) is legacy and never looked at: it would allow a downgrade.
  private func signature(_ delivery: RawDelivery) -> Verdict {
    let given = delivery.headers["X-Hub-Signature-256"]
    let isGenuine = Signatures.isGenuine(given, prefix: "sha256=", over: delivery.body, secrets: appSecrets)
    return isGenuine ? .accepted : .refused(status: 401, reason: "X-Hub-Signature-256")
  }
}

/// The outer layers of every delivery: `{"object","entry":[{"id","time",…}]}`.
struct MetaEnvelope: Sendable {
  let object: String
  let entries: [JSON]

  init(_ delivery: RawDelivery) throws(Unreadable) {
    let body = try RequestBody.object(delivery)
    guard let object = body["object"]?.string, let entries = body["entry"]?.array else {
      throw Unreadable(reason: "`object` is not a text or `entry` is not a list")
    }
    (self.object, self.entries) = (object, entries)
  }

  /// Reads every entry of `object` that belongs to `account`; what belongs to others is acknowledged and left.
  func read(
    object wanted: String, account: String, _ readEntry: (_ entry: JSON, _ reading: inout Reading) -> Void
  ) -> Reading {
    var reading = Reading()
    guard object == wanted else {
      reading.ignored.append("object \(object)")
      return reading
    }
    for entry in entries {
      if entry["id"]?.text == account { readEntry(entry, &reading) } else { reading.ignored.append("other account") }
    }
    return reading
  }
}

extension JSON {
  /// The elements of the array under `key`; none if it is missing or something else.
  func list(_ key: String) -> [JSON] { self[key]?.array ?? [] }

  /// The elements of `changes`, each with its field's name.
  var changes: [(field: String, value: JSON)] {
    list("changes").map { ($0["field"]?.string ?? "?", $0["value"] ?? .null) }
  }
}
