import CCurl
import Conversations

extension TransportFailure {
  /// - Parameters:
  ///   - code: how libcurl ended the transfer.
  ///   - words: its error buffer, already free of secrets.
  init(code: CURLcode, words: String) {
    self.init(kind: Kind(code), detail: words.isEmpty ? String(cString: curl_easy_strerror(code)) : words)
  }
}

extension TransportFailure.Kind {
  init(_ code: CURLcode) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .resolve
    case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: self = .connect
    case CURLE_OPERATION_TIMEDOUT: self = .timeout
    case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM,
      CURLE_UPLOAD_FAILED, CURLE_SEND_FAIL_REWIND:
      self = .cut
    case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR: self = .refusedLogin
    case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
    case CURLE_ABORTED_BY_CALLBACK: self = .cancelled
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: self = .other
    default: self = Self.ofTLS.contains(code.rawValue) ? .tls : .other
    }
  }

  private static let ofTLS: Set<UInt32> = [
    CURLE_SSL_CONNECT_ERROR.rawValue, CURLE_PEER_FAILED_VERIFICATION.rawValue, CURLE_SSL_CERTPROBLEM.rawValue,
    CURLE_SSL_CIPHER.rawValue, CURLE_USE_SSL_FAILED.rawValue, CURLE_SSL_CACERT_BADFILE.rawValue,
    CURLE_SSL_ISSUER_ERROR.rawValue, CURLE_SSL_CRL_BADFILE.rawValue, CURLE_SSL_INVALIDCERTSTATUS.rawValue,
    CURLE_SSL_PINNEDPUBKEYNOTMATCH.rawValue, CURLE_SSL_ENGINE_NOTFOUND.rawValue,
    CURLE_SSL_ENGINE_SETFAILED.rawValue, CURLE_SSL_ENGINE_INITFAILED.rawValue,
    CURLE_SSL_SHUTDOWN_FAILED.rawValue, CURLE_SSL_CLIENTCERT.rawValue,
  ]
}
