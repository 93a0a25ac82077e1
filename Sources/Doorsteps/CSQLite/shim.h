#pragma once
#include <sqlite3.h>

/// SQLite keeps no statistics of its memory, and so takes no lock for each allocation; before any other call.
static inline int patchbay_without_memory_statistics(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// SQLITE_STATIC and SQLITE_TRANSIENT are casts to a function pointer, which Swift does not import.

/// SQLite makes a copy: the bytes may go away at once.
static inline int patchbay_bind_text_copied(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

/// The bytes must stay where they are until the statement is reset.
static inline int patchbay_bind_text_pinned(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes, count, SQLITE_STATIC);
}

static inline int patchbay_bind_blob_copied(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int patchbay_bind_blob_pinned(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_STATIC);
}

/// Whether the database file has been moved or deleted under an open connection.
static inline int patchbay_has_moved(sqlite3 *connection) {
  int moved = 0;
  int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code == SQLITE_OK && moved;
}
