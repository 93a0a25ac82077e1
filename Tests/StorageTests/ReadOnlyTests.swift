import Conversations
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Stores opened for reading only") struct ReadOnlyTests {
  @Test("everything can be read and nothing written", arguments: TestEngine.all)
  func readOnly(engine: TestEngine) async throws {
    let folder = try TestFolder()
    let location = try engine.makeLocation(folder)
    let writer = try Store.open(location)
    try await writer.prepareFixture()
    try await writer.addThing(1)
    let reader = try Store.open(location, options: StoreOptions(readers: 1, isReadOnly: true))
    #expect(try await reader.thingCount() == 1)
    let error = await #expect(throws: StoreError.self) { try await reader.addThing(2) }
    #expect(error?.kind == .readOnly && error?.message.contains("for reading only") == true)
    await #expect(throws: StoreError.self) {
      try await reader.read { _ = try $0.run("INSERT INTO things (id) VALUES (3)") }
    }
    // What others write is seen.
    try await writer.addThing(4)
    #expect(try await reader.thingCount() == 2)
    await reader.close()
    await writer.close()
  }

  @Test("the last one to close the file leaves it as it is")
  func bytes() async throws {
    let folder = try TestFolder()
    let location = StoreLocation.sqlite(directory: folder.path + "/data")
    let file = URL(fileURLWithPath: folder.path + "/data/patchbay.sqlite")
    let store = try Store.open(location)
    try await store.prepareFixture()
    try await store.addThing(1)
    await store.close()
    let before = try Data(contentsOf: file)
    let reader = try Store.open(location, options: StoreOptions(isReadOnly: true))
    #expect(try await reader.thingCount() == 1)
    await reader.close()
    #expect(try Data(contentsOf: file) == before)
  }

  @Test("where there is nothing, nothing is made")
  func nothing() throws {
    let folder = try TestFolder()
    let location = StoreLocation.sqlite(directory: folder.path + "/data")
    #expect(throws: StoreError.self) { try Store.open(location, options: StoreOptions(isReadOnly: true)) }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
  }
}
