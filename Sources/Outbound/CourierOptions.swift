/// What holds for every request of one courier.
package struct CourierOptions: Sendable {
  /// Sends what is meant for `host:port` elsewhere; name checks and `Host:` stay those of `host`. For rehearsals.
  package struct Detour: Sendable, Hashable {
    package var host: String
    package var port: Int
    package var toHost: String
    package var toPort: Int
    package init(host: String, port: Int, toHost: String, toPort: Int) {
      (self.host, self.port, self.toHost, self.toPort) = (host, port, toHost, toPort)
    }
  }

  /// Name resolution, TCP and TLS together.
  package var connectTimeoutSeconds = 10
  /// Web requests under way to one host at a time; the others wait for their turn, and their time does not run.
  package var maxConnectionsPerHost = 64
  /// Connections to one mail server, each with a thread: servers count a client's connections and refuse more.
  package var maxMailConnectionsPerHost = 4
  /// A connection kept from an earlier mail is used again within so many seconds: servers hang up on idle clients, some
  /// after less than the 5 min of RFC 5321 §4.5.3.2.7.
  package var mailIdleSeconds = 60
  /// The same for web requests.
  package var webIdleSeconds = 118
  /// Web requests under way at a time.
  package var maxTotalConnections = 256
  package var userAgent = "Patchbay"
  /// What we call ourselves in EHLO (RFC 5321 §4.1.1.1); `nil` = this machine's name.
  package var mailGreetingName: String?
  /// A PEM file of certificate authorities to trust beside the system's.
  package var caFile: String?
  /// The longest response body kept, in bytes, unless a request says otherwise.
  package var responseSizeMax = 16 << 20
  package var allowedProtocols: Set<String> = ["http", "https", "smtp", "smtps"]
  /// An HTTP proxy's URL. Environment variables are not looked at: what is not written down does not happen.
  package var proxy: String?
  package var detours: [Detour] = []

  package init() {}
}
