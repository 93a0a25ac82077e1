import CSQLite
import Glibc

extension Store {
  /// Copies an SQLite store, attachments included, into `directory`, while it is in use. An older backup in the same
  /// place is replaced only when the new one is complete; attachments that are there already are not copied again.
  ///
  /// - Throws: For PostgreSQL, which has a better tool, a `StoreError` that names it.
  package func backup(to directory: String) async throws {
    guard let path = location.sqlitePath else {
      throw StoreError(
        .sql, "a PostgreSQL store is backed up with pg_dump --format=custom, and restored with pg_restore")
    }
    let attachments = location.attachmentsDirectory
    try await aside { () throws(StoreError) in
      let backup = BackupFolder(directory)
      // Attachments after the database: every one it names was there before it was named.
      try backup.takeDatabase(from: path)
      try copyAttachments(from: attachments, to: backup.attachments)
    }
  }
}

extension StoreLocation {
  /// Puts a backup in the place of an SQLite store that is not in use. The store that was there is kept beside it as
  /// `patchbay.sqlite.before-restore`. Blocks: for the command line.
  ///
  /// - Throws: `StoreError` when the backup is damaged; nothing has been touched then.
  package func restore(from directory: String) throws {
    guard let path = sqlitePath, case .sqlite(let home) = engine else {
      throw StoreError(.sql, "a PostgreSQL store is restored with pg_restore")
    }
    let backup = BackupFolder(directory)
    try backup.checkDatabase()
    try makeDirectory(home)
    let fresh = path + ".restoring"
    unlink(fresh)
    try copyDatabase(from: backup.database, to: fresh)
    try copyAttachments(from: backup.attachments, to: attachmentsDirectory)
    if access(path, F_OK) == 0 {
      // Folds the log into the file, so that the one file is the whole old store.
      try SQLiteConnection(path: path, role: .writer).script(
        "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
      guard rename(path, path + ".before-restore") == 0 else { throw StoreError.file("cannot rename", path) }
      for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
    }
    guard rename(fresh, path) == 0 else { throw StoreError.file("cannot rename", fresh) }
    try AttachmentFiles(directory: home).synchronize(home)
  }
}

/// A backup: the same two things as a store's directory has.
private struct BackupFolder {
  let directory: String
  var database: String { directory + "/" + SQLiteConnection.fileName }
  var attachments: String { directory + "/attachments" }

  init(_ directory: String) { self.directory = directory }

  func takeDatabase(from path: String) throws(StoreError) {
    try makeDirectory(directory)
    let unfinished = database + ".unfinished"
    unlink(unfinished)
    try copyDatabase(from: path, to: unfinished)
    guard rename(unfinished, database) == 0 else { throw StoreError.file("cannot rename", unfinished) }
    try AttachmentFiles(directory: directory).synchronize(directory)
  }

  func checkDatabase() throws(StoreError) {
    guard access(database, R_OK) == 0 else { throw StoreError.file("there is no backup", database) }
    let connection = try SQLiteConnection(path: database, role: .writer)
    defer { connection.close() }
    guard try connection.rows("PRAGMA integrity_check(1)", []).first == ["ok"] else {
      throw StoreError(.unavailable, "the backup is damaged: \(database)")
    }
  }
}

/// Copies an open database page by page (https://www.sqlite.org/backup.html), in one step: the copy is one snapshot,
/// and in WAL mode nobody waits for it.
private func copyDatabase(from path: String, to copy: String) throws(StoreError) {
  let source = try SQLiteConnection(path: path, role: .reader)
  defer { source.close() }
  let target = try SQLiteConnection(path: copy, role: .first)
  defer { target.close() }
  // One plain file without a log beside it.
  try target.script("PRAGMA journal_mode = DELETE")
  guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
    throw StoreError.sqlite(sqlite3_extended_errcode(target.handle), target.handle)
  }
  sqlite3_backup_step(backup, -1)
  let code = sqlite3_backup_finish(backup)
  guard code == SQLITE_OK else { throw StoreError.sqlite(code, target.handle) }
  try target.script("PRAGMA journal_mode = DELETE")
}

/// Copies the attachments that are not there yet.
private func copyAttachments(from source: String, to target: String) throws(StoreError) {
  let (from, into) = (AttachmentFiles(directory: source), AttachmentFiles(directory: target))
  for folder in entries(source) where folder.utf8.count == 2 {
    for file in entries(source + "/" + folder) {
      guard let name = AttachmentStore.Name(sha256: folder + file), access("\(target)/\(folder)/\(file)", F_OK) != 0,
        let bytes = try from.get(name)
      else { continue }
      try into.put(name, bytes)
    }
  }
}

/// Names in a directory, sorted; none when there is no such directory.
private func entries(_ path: String) -> [String] {
  guard let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted()
}
