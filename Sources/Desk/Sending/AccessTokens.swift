import Channels
import Conversations
import Outbound
import Storage
import Synchronization

enum AccessToken: Sendable {
  /// The settings name one, or none is needed.
  case fromSettings
  case token(Secret)
  case unavailable(afterSeconds: Int?, reason: String)
  case refused(reason: String)
}

/// The access tokens that this process knows, and whom it is asking for one just now.
final class AccessTokens: Sendable {
  private struct State {
    var known: [String: (token: Secret, until: Instant)] = [:]
    var asking: [String: Task<AccessToken, Never>] = [:]
  }
  private let state = Mutex(State())

  func known(_ channel: String, at now: Instant, insteadOf refused: Secret?) -> Secret? {
    state.withLock { state in
      guard let known = state.known[channel], known.until > now, known.token != refused else { return nil }
      return known.token
    }
  }

  func keep(_ token: Secret, _ channel: String, until: Instant) {
    state.withLock { $0.known[channel] = (token, until) }
  }

  /// One request at a time for each channel, however many wait for it.
  func single(_ channel: String, _ ask: @escaping @Sendable () async -> AccessToken) async -> AccessToken {
    let task = state.withLock { state in
      if let asking = state.asking[channel] { return asking }
      let task = Task { await ask() }
      state.asking[channel] = task
      return task
    }
    let answer = await task.value
    state.withLock { $0.asking[channel] = nil }
    return answer
  }
}

extension Desk {
  private static let tokenName = "access_token"
  /// A token this close to its end is not used any more.
  private static let tokenMarginSeconds: Int64 = 300

  /// The token to use now: one of the settings, one that is still good, or a new one, written down (sealed) before it is
  /// first used, so that no process ends another's without knowing it.
  func accessToken(for channel: Connection, _ adapter: any Adapter, insteadOf refused: Secret? = nil) async
    -> AccessToken
  {
    guard let source = adapter.accessTokens else { return .fromSettings }
    let name = channel.name.rawValue
    if let known = accessTokens.known(name, at: now(), insteadOf: refused) { return .token(known) }
    return await accessTokens.single(name) { [self] in
      do {
        return try await token(from: source, channel: name, insteadOf: refused)
      } catch {
        return .unavailable(afterSeconds: nil, reason: "\(error)")
      }
    }
  }

  private func token(from source: AccessTokenSource, channel: String, insteadOf refused: Secret?) async throws
    -> AccessToken
  {
    let now = now()
    if let kept = try await store.read({ try $0.channelMemory(channel, Desk.tokenName, now: now) }),
      let token = keys.unseal(kept.value, for: channel), token != refused
    {
      accessTokens.keep(token, channel, until: kept.expiresAt ?? now)
      return .token(token)
    }
    switch source.read(await courier.carry(source.request)) {
    case .refused(let reason): return .refused(reason: reason)
    case .retry(let seconds, let reason): return .unavailable(afterSeconds: seconds, reason: reason)
    case .token(let token, let seconds):
      let until = now.adding(seconds: max(60, Int64(seconds) - Desk.tokenMarginSeconds))
      let sealed = try keys.seal(token, for: channel)
      try await store.write {
        try $0.rememberForChannel(channel, Desk.tokenName, sealed, expiresAt: until, at: now)
      }
      accessTokens.keep(token, channel, until: until)
      return .token(token)
    }
  }
}
