import CCurl

/// One libcurl easy handle with the memory that libcurl only borrows: lists and the error text.
///
/// Used by one thread only. Handles are kept and reused: a new one per request costs five times the request.
final class EasyHandle {
  let raw: UnsafeMutableRawPointer
  private let words: UnsafeMutablePointer<CChar>
  private var lists: [UnsafeMutablePointer<curl_slist>] = []
  /// The first option that libcurl would not take since `clear`.
  private(set) var refusal: CURLcode?

  /// `nil` when libcurl has no memory for one.
  init?() {
    guard let raw = curl_easy_init() else { return nil }
    self.raw = raw
    words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(raw)
    for list in lists { curl_slist_free_all(list) }
    words.deallocate()
  }

  /// Back to libcurl's defaults; connections belong to the multi handle and stay.
  func clear() {
    curl_easy_reset(raw)
    for list in lists { curl_slist_free_all(list) }
    lists.removeAll(keepingCapacity: true)
    words[0] = 0
    refusal = nil
    note(curlshim_set_pointer(raw, CURLOPT_ERRORBUFFER, words))
  }

  func set(_ option: CURLoption, _ value: Int) { note(curlshim_set_long(raw, option, value)) }
  func set(_ option: CURLoption, offset value: Int) { note(curlshim_set_offset(raw, option, curl_off_t(value))) }
  func set(_ option: CURLoption, _ value: String) { note(curlshim_set_text(raw, option, value)) }
  func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
    note(curlshim_set_pointer(raw, option, value))
  }
  func set(_ option: CURLoption, _ function: @escaping curlshim_bytes_callback) {
    note(curlshim_set_bytes_callback(raw, option, function))
  }
  func setDebug(_ function: @escaping curlshim_debug_callback) { note(curlshim_set_debug_callback(raw, function)) }

  func setOpenSocket(_ function: @escaping curlshim_open_socket_callback) {
    note(curlshim_set_open_socket_callback(raw, function))
  }

  func setProgress(_ function: @escaping curlshim_progress_callback) {
    note(curlshim_set_progress_callback(raw, function))
  }

  func set(_ option: CURLoption, list values: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for value in values {
      guard let longer = curl_slist_append(list, value) else { return note(CURLE_OUT_OF_MEMORY) }
      list = longer
    }
    guard let list else { return }
    lists.append(list)
    note(curlshim_set_list(raw, option, list))
  }

  func long(_ info: CURLINFO) -> Int {
    var value = 0
    return curlshim_get_long(raw, info, &value) == CURLE_OK ? value : 0
  }

  /// libcurl's words about the last failure; empty if it had none.
  var errorWords: String { String(cString: words) }

  private func note(_ code: CURLcode) {
    if code != CURLE_OK, refusal == nil { refusal = code }
  }
}
