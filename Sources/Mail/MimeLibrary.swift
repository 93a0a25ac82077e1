import CGMime

/// GMime, started once for the process.
enum MimeLibrary {
  /// A global's initialiser runs once, also when many threads come first together.
  private static let started: Void = g_mime_init()

  static func start() { _ = started }
}
