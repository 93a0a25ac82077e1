import Conversations
import Storage
import Testing

/// A small schema with everything the drivers must be able to do.
let fixtureMigrations = [
  Migration(
    number: 1, name: "things",
    sql: """
      CREATE TABLE owners (id {id}, name TEXT NOT NULL UNIQUE);
      CREATE TABLE things (
        id {id},
        owner_id BIGINT REFERENCES owners (id),
        parent_id BIGINT REFERENCES things (id),
        count BIGINT,
        small INTEGER,
        ratio DOUBLE PRECISION,
        label TEXT CHECK (label <> 'forbidden'),
        note TEXT,
        body {bytes},
        UNIQUE (owner_id, label)
      );
      CREATE INDEX things_label ON things (label);
      """)
]

let now = Instant(seconds: 1_800_000_000)

extension Store {
  func prepareFixture() async throws { try await migrate(fixtureMigrations, now: now) }

  func addThing(_ id: Int64, label: String? = nil) async throws {
    _ = try await write { try $0.run("INSERT INTO things (id, label) VALUES ($1, $2)", [.int(id), Value(label)]) }
  }

  func thingCount() async throws -> Int {
    try await read { try $0.first("SELECT COUNT(*) FROM things")?.int(0) ?? -1 }
  }
}

/// The kind of the store error that `body` throws.
func kind(_ body: () async throws -> Void) async -> StoreError.Kind? {
  do {
    try await body()
    return nil
  } catch {
    return (error as? StoreError)?.kind
  }
}
