import Conversations

extension ProviderAccount {
  /// Messenger and Instagram: each event in an entry of its own, as several webhooks in one call come.
  /// developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
  func messagingBody(_ events: [ProviderEvent], at now: Instant) -> JSON {
    let entries = events.map { event -> JSON in
      [
        "id": .string(address), "time": JSON(now.microseconds / 1000), "messaging": [messagingItem(event)],
      ]
    }
    return ["object": product == .instagram ? "instagram" : "page", "entry": .array(entries)]
  }

  private func messagingItem(_ event: ProviderEvent) -> JSON {
    let (customer, page, time) = (JSON.string(event.customer), JSON.string(address), JSON(event.at.microseconds / 1000))
    var (isOurs, content) = (false, [JSON.Member]())
    switch event.content {
    case .said(let text, _): content = [.init("message", ["mid": .string(event.id), "text": .string(text)])]
    case .edited(let text):
      content = [.init("message_edit", ["mid": .string(event.id), "text": .string(text), "num_edit": 1])]
    case .deleted: content = [.init("message", ["mid": .string(event.id), "is_deleted": true])]
    case .echoed(let text):
      isOurs = true
      content = [
        .init("message", ["mid": .string(event.id), "text": .string(text), "is_echo": true, "app_id": 1])
      ]
    case .delivered: content = [.init("delivery", ["mids": [.string(event.id)], "watermark": time])]
    case .read: content = [.init("read", ["watermark": time])]
    default: break
    }
    let frame: [JSON.Member] = [
      .init("sender", ["id": isOurs ? page : customer]), .init("recipient", ["id": isOurs ? customer : page]),
      .init("timestamp", time),
    ]
    return .object(frame + content)
  }

  /// Each event in a change of its own.
  /// developers.facebook.com/documentation/business-messaging/whatsapp/webhooks
  func whatsAppBody(_ events: [ProviderEvent]) -> JSON {
    let changes = events.map { event -> JSON in
      let frame: [JSON.Member] = [
        .init("messaging_product", "whatsapp"),
        .init("metadata", ["display_phone_number": "8640055501", "phone_number_id": .string(address)]),
      ]
      return ["field": "messages", "value": .object(frame + whatsAppValue(event))]
    }
    return ["object": "whatsapp_business_account", "entry": [["id": "900", "changes": .array(changes)]]]
  }

  private func whatsAppValue(_ event: ProviderEvent) -> [JSON.Member] {
    let time = JSON.string("\(event.at.seconds)")
    func message(_ type: String, _ content: JSON, id: String) -> [JSON.Member] {
      let message: JSON = .object([
        .init("from", .string(event.customer)), .init("id", .string(id)), .init("timestamp", time),
        .init("type", .string(type)), .init(type, content),
      ])
      return [
        .init("contacts", [["wa_id": .string(event.customer), "profile": ["name": "Ana"]]]),
        .init("messages", [message]),
      ]
    }
    func status(_ word: String, _ more: [JSON.Member] = []) -> [JSON.Member] {
      let frame: [JSON.Member] = [
        .init("id", .string(event.id)), .init("status", .string(word)), .init("timestamp", time),
        .init("recipient_id", .string(event.customer)),
      ]
      return [.init("statuses", [.object(frame + more)])]
    }
    switch event.content {
    case .said(let text, _): return message("text", ["body": .string(text)], id: event.id)
    case .edited(let text):
      let content: JSON = [
        "original_message_id": .string(event.id), "message": ["type": "text", "text": ["body": .string(text)]],
      ]
      return message("edit", content, id: "wamid.change\(event.number)")
    case .deleted:
      return message("revoke", ["original_message_id": .string(event.id)], id: "wamid.change\(event.number)")
    case .sent: return status("sent")
    case .delivered: return status("delivered")
    case .read: return status("read")
    case .failed(let code): return status("failed", [.init("errors", [["code": JSON(code), "title": "failed"]])])
    default: return []
    }
  }
}
