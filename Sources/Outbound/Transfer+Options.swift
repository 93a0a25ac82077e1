import CCurl
import Conversations

/// How a request becomes libcurl's options. Every option is set anew for every transfer: nothing of one request can
/// reach the next.
extension Transfer {
  /// - Returns: the failure when libcurl would not take an option.
  func prepare(_ options: CourierOptions) -> TransportFailure? {
    easy.clear()
    easy.set(CURLOPT_PRIVATE, pointer: Unmanaged.passUnretained(self).toOpaque())
    setCommon(options)
    switch submission.request {
    case .http(let request): setWeb(request, options)
    case .mail(let request): setMail(request, options)
    }
    return easy.refusal.map { TransportFailure(code: $0, words: "") }
  }

  private func setCommon(_ options: CourierOptions) {
    easy.set(CURLOPT_NOSIGNAL, 1)
    easy.set(CURLOPT_NOPROGRESS, 0)
    easy.setProgress(progressCallback)
    easy.set(CURLOPT_XFERINFODATA, pointer: Unmanaged.passUnretained(self).toOpaque())
    // A thread stuck in getaddrinfo must not hold up the lane when its transfer is given up.
    easy.set(CURLOPT_QUICK_EXIT, 1)
    easy.set(CURLOPT_CONNECTTIMEOUT, options.connectTimeoutSeconds)
    easy.set(CURLOPT_PROTOCOLS_STR, options.allowedProtocols.sorted().joined(separator: ","))
    easy.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    easy.set(CURLOPT_PROXY, options.proxy ?? "")
    if let caFile = options.caFile { easy.set(CURLOPT_CAINFO, caFile) }
    if !options.detours.isEmpty {
      easy.set(
        CURLOPT_CONNECT_TO, list: options.detours.map { "\($0.host):\($0.port):\(bracketed($0.toHost)):\($0.toPort)" })
    }
  }

  private func setWeb(_ request: HTTPRequest, _ options: CourierOptions) {
    easy.set(CURLOPT_URL, request.url.reveal())
    // Multiplexed HTTP/2 failed under load; keep-alive connections carry 46,000 requests a second.
    easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    easy.set(CURLOPT_MAXAGE_CONN, options.webIdleSeconds)
    easy.set(CURLOPT_USERAGENT, options.userAgent)
    setMethod(request)
    easy.set(CURLOPT_HTTPHEADER, list: headerLines(request))
    easy.set(CURLOPT_WRITEFUNCTION, bodyCallback)
    easy.set(CURLOPT_WRITEDATA, pointer: Unmanaged.passUnretained(self).toOpaque())
    easy.set(CURLOPT_HEADERFUNCTION, headerCallback)
    easy.set(CURLOPT_HEADERDATA, pointer: Unmanaged.passUnretained(self).toOpaque())
    if submission.onBytes == nil {
      easy.set(CURLOPT_TIMEOUT, request.timeoutSeconds)
      easy.set(CURLOPT_MAXFILESIZE_LARGE, offset: submission.responseSizeMax)
    } else {
      // A stream has no end to wait for: its time limit is the longest silence.
      easy.set(CURLOPT_LOW_SPEED_LIMIT, 1)
      easy.set(CURLOPT_LOW_SPEED_TIME, request.timeoutSeconds)
    }
    if request.reach == .publicOnly { setPublicOnly() }
    if request.redirectsMax > 0 {
      easy.set(CURLOPT_FOLLOWLOCATION, 1)
      easy.set(CURLOPT_MAXREDIRS, request.redirectsMax)
      let isSecure = request.url.reveal().lowercased().hasPrefix("https:")
      easy.set(CURLOPT_REDIR_PROTOCOLS_STR, isSecure ? "https" : "http,https")
    }
  }

  /// The address is looked at where it cannot change any more: when the socket for it is made. A name may be resolved to
  /// something else a second later, so a check before the request would prove nothing.
  private func setPublicOnly() {
    easy.setOpenSocket(openSocketCallback)
    easy.set(CURLOPT_OPENSOCKETDATA, pointer: Unmanaged.passUnretained(self).toOpaque())
    easy.set(CURLOPT_PROTOCOLS_STR, "https")
    easy.set(CURLOPT_PROXY, "")
    // A connection that another request made to the same name was not looked at.
    easy.set(CURLOPT_FRESH_CONNECT, 1)
    easy.set(CURLOPT_FORBID_REUSE, 1)
  }

  private func setMethod(_ request: HTTPRequest) {
    switch (request.method, request.body.isEmpty) {
    case ("GET", true): easy.set(CURLOPT_HTTPGET, 1)
    case ("HEAD", true): easy.set(CURLOPT_NOBODY, 1)
    case (let method, true) where method != "POST" && method != "PUT" && method != "PATCH":
      easy.set(CURLOPT_CUSTOMREQUEST, method)
    case (let method, _):
      easy.set(CURLOPT_POST, 1)
      setBody()
      if method != "POST" { easy.set(CURLOPT_CUSTOMREQUEST, method) }
    }
  }

  /// Read by a callback that cannot go back. libcurl sends a request again by itself when a kept connection ends without
  /// an answer; but the provider may have taken it, and whether it is sent twice is not libcurl's to decide.
  private func setBody() {
    easy.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: messageSize)
    guard messageSize > 0 else { return easy.set(CURLOPT_COPYPOSTFIELDS, "") }
    easy.set(CURLOPT_READFUNCTION, messageCallback)
    easy.set(CURLOPT_READDATA, pointer: Unmanaged.passUnretained(self).toOpaque())
  }

  private func headerLines(_ request: HTTPRequest) -> [String] {
    // `Name;` is libcurl's way to write an empty value, `Name:` its way to leave out what it would add by itself.
    var lines = request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    lines.append("Expect:")
    if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
    return lines
  }

  private func setMail(_ request: MailRequest, _ options: CourierOptions) {
    let server = request.server
    let scheme = server.encryption == .tls ? "smtps" : "smtp"
    let greeting = options.mailGreetingName.map { "/\($0)" } ?? ""
    easy.set(CURLOPT_URL, "\(scheme)://\(bracketed(server.host)):\(server.port)\(greeting)")
    easy.set(CURLOPT_USE_SSL, Int((server.encryption == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL).rawValue))
    if let user = server.user, !user.isEmpty {
      easy.set(CURLOPT_USERNAME, user)
      easy.set(CURLOPT_PASSWORD, server.password?.reveal() ?? "")
      // Under TLS these two are enough (RFC 8314), and servers keep what they promise only for these two.
      easy.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
      easy.set(CURLOPT_SASL_IR, 1)
    }
    easy.set(CURLOPT_MAIL_FROM, "<\(request.sender)>")  // `<>` = the null reverse-path, RFC 5321 §4.5.5
    easy.set(CURLOPT_MAIL_RCPT, list: request.recipients.map { "<\($0)>" })
    easy.set(CURLOPT_UPLOAD, 1)
    easy.set(CURLOPT_INFILESIZE_LARGE, offset: messageSize)
    easy.set(CURLOPT_READFUNCTION, messageCallback)
    easy.set(CURLOPT_READDATA, pointer: Unmanaged.passUnretained(self).toOpaque())
    easy.set(CURLOPT_VERBOSE, 1)
    easy.setDebug(dialogueCallback)
    easy.set(CURLOPT_DEBUGDATA, pointer: Unmanaged.passUnretained(self).toOpaque())
    easy.set(CURLOPT_WRITEFUNCTION, discardCallback)
    easy.set(CURLOPT_TIMEOUT, request.timeoutSeconds)
    // libcurl gives up after 120 s of silence; the last word may take longer (RFC 5321 §4.5.3.2.6: 10 min).
    easy.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, request.timeoutSeconds)
    easy.set(CURLOPT_MAXAGE_CONN, options.mailIdleSeconds)
    if isSecondTry { easy.set(CURLOPT_FRESH_CONNECT, 1) }
  }
}

/// An IPv6 address as URLs want it (RFC 3986 §3.2.2).
func bracketed(_ host: String) -> String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host }

// C calls these on the lane's thread while it is inside `curl_multi_perform`; the transfer is alive as long as its easy
// handle is in the multi handle.

private func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
  Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

private let bodyCallback: curlshim_bytes_callback = { bytes, size, count, context in
  guard let context else { return 0 }
  let length = size * count
  return transfer(context).takeBody(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
}

private let headerCallback: curlshim_bytes_callback = { bytes, size, count, context in
  guard let context else { return 0 }
  let length = size * count
  return transfer(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
}

private let messageCallback: curlshim_bytes_callback = { bytes, size, count, context in
  guard let context else { return 0 }
  return transfer(context).giveMessage(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

private let discardCallback: curlshim_bytes_callback = { _, size, count, _ in size * count }

/// Called on every turn of a transfer; anything but 0 aborts it.
private let progressCallback: curlshim_progress_callback = { context, _, _, _, _ in
  guard let context else { return 1 }
  return transfer(context).isStopped() ? 1 : 0
}

/// Makes the socket that libcurl would make, if its address may be connected to.
private let openSocketCallback: curlshim_open_socket_callback = { context, purpose, address in
  guard let context, let address, purpose == CURLSOCKTYPE_IPCXN, let place = curlshim_address(address),
    transfer(context).mayConnect(to: place)
  else { return curlshim_bad_socket() }
  return curlshim_make_socket(address)
}

private let dialogueCallback: curlshim_debug_callback = { _, kind, bytes, count, context in
  guard let context else { return 0 }
  let line = UnsafeRawBufferPointer(start: bytes, count: count)
  switch kind {
  case CURLINFO_HEADER_OUT: transfer(context).sawCommand(line)
  case CURLINFO_HEADER_IN: transfer(context).sawReply(line)
  default: break
  }
  return 0
}
