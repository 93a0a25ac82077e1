package import Conversations

/// Where a channel's access tokens come from, for providers whose tokens live for hours.
package struct AccessTokenSource: Sendable {
  package var request: OutboundRequest
  /// What the answer gives.
  package var read: @Sendable (OutboundResponse) -> AccessTokenAnswer

  package init(request: OutboundRequest, read: @escaping @Sendable (OutboundResponse) -> AccessTokenAnswer) {
    (self.request, self.read) = (request, read)
  }
}

package enum AccessTokenAnswer: Sendable {
  case token(Secret, seconds: Int)
  case retry(afterSeconds: Int?, reason: String)
  /// The account's own credentials are not accepted.
  case refused(reason: String)
}
