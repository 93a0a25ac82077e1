import Conversations
import Outbound
import Rehearsal
import Testing

@Suite("Requests to addresses that strangers give") struct ReachTests {
  @Test(
    "an address that leads into the house, or to nobody in particular, is not public",
    arguments: [
      "0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
      "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
      "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
      "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
      "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:20::1", "2001:db8::1",
      "2002:7f00:1::1",
      "3fff::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
    ])
  func closed(text: String) throws {
    #expect(try #require(NetworkAddress(text)).isPublic == false)
  }

  @Test(
    "addresses out on the internet are public",
    arguments: [
      "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1", "128.0.0.1",
      "169.253.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0", "198.17.0.1",
      "198.20.0.0", "223.255.255.255", "2606:4700:4700::1111", "2a03:2880:f10c::1", "2001:4860:4860::8888",
      "2400:cb00::1", "2003::1", "3ffe::1",
    ])
  func open(text: String) throws {
    #expect(try #require(NetworkAddress(text)).isPublic)
  }

  @Test(
    "what a libc might take for an address is none here",
    arguments: [
      "0177.0.0.1", "2130706433", "0x7f.0.0.1", "127.1", "1.2.3", "1.2.3.4.5", "", "localhost", "fe80::1%eth0",
    ])
  func spelled(text: String) {
    #expect(NetworkAddress(text) == nil)
  }

  private func fetch(_ courier: Courier, _ url: String, redirectsMax: Int = 0) async -> OutboundResponse {
    await courier.carry(
      .http(
        HTTPRequest(
          method: "GET", url: Secret(url), timeoutSeconds: 10, redirectsMax: redirectsMax, reach: .publicOnly)))
  }

  @Test("a name that is resolved to this machine is not connected to, whatever it was resolved to before")
  func rebinding() async throws {
    try await withWebProvider { provider in
      // The detour stands for a name server that suddenly answers otherwise.
      let detour = CourierOptions.Detour(
        host: "files.example.com", port: 443, toHost: provider.host, toPort: provider.port)
      await withCourier({ $0.detours = [detour] }) { courier in
        let failure = await fetch(courier, "https://files.example.com/picture.jpg").failure
        #expect(failure?.kind == .invalid, "\(failure?.detail ?? "")")
        #expect(failure?.detail.contains("address") == true)
      }
      #expect(provider.connectionsMade == 0)
    }
  }

  @Test(
    "every spelling of this machine is refused at the socket",
    arguments: [
      "https://127.0.0.1:PORT/", "https://localhost:PORT/", "https://0.0.0.0:PORT/", "https://2130706433:PORT/",
      "https://0x7f000001:PORT/", "https://0177.0.0.1:PORT/", "https://127.1:PORT/", "https://[::1]:PORT/",
      "https://[::ffff:127.0.0.1]:PORT/", "https://user:password@127.0.0.1:PORT/",
    ])
  func spellings(url: String) async throws {
    try await withWebProvider { provider in
      await withCourier { courier in
        #expect(await fetch(courier, url.replacing("PORT", with: "\(provider.port)")).failure != nil)
      }
      #expect(provider.connectionsMade == 0)
    }
  }

  @Test(
    "plain http is refused, and so are other schemes", arguments: ["http", "ftp", "file", "gopher", "dict", "smtp"])
  func schemes(scheme: String) async throws {
    try await withWebProvider { provider in
      await withCourier { courier in
        #expect(await fetch(courier, "\(scheme)://127.0.0.1:\(provider.port)/").failure != nil)
      }
      #expect(provider.connectionsMade == 0)
    }
  }
}
