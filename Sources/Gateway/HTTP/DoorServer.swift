import Conversations
package import Desk
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
package import ServiceLifecycle

/// The services that keep the doors open: HTTP, and LMTP where it is wanted. They stop taking in at a graceful shutdown
/// and finish what they have begun.
///
/// `onReady` hears the name of each door (`http`, `lmtp`) and the port it stands at.
package func doorServices(for desk: Desk, _ options: DoorOptions, onReady: @escaping @Sendable (String, Int) -> Void)
  -> [any Service]
{
  let context = DoorContext(
    desk: desk, limiter: RateLimiter(), startedAt: desk.now(), trustedProxies: options.trustedProxies)
  // One loop per core but one: the store's writer needs that.
  let loops = max(1, min(8, System.coreCount - 1))
  let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
  var quiet = desk.log
  quiet.logLevel = max(quiet.logLevel, .notice)
  let http = Application(
    responder: Doors(context: context),
    configuration: ApplicationConfiguration(
      address: .hostname(options.host, port: options.port), serverName: "patchbay"),
    onServerRunning: { onReady("http", $0.localAddress?.port ?? options.port) },
    eventLoopGroupProvider: .shared(group), logger: quiet)
  var services: [any Service] = [http]
  if let lmtp = options.lmtp {
    services.append(LMTPServer(desk: desk, host: lmtp.host, port: lmtp.port) { onReady("lmtp", $0) })
  }
  return services
}
