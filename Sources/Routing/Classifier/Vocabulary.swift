import Conversations

/// The features a model knows, with their weight.
struct Vocabulary: Sendable {
  let options: FeatureOptions
  /// By number of feature.
  let hashes: [UInt32]
  let weights: [Float]
  let table: FeatureTable

  init(options: FeatureOptions, hashes: [UInt32], weights: [Float]) {
    (self.options, self.hashes, self.weights) = (options, hashes, weights)
    var table = FeatureTable(capacity: hashes.count)
    for hash in hashes { _ = table.add(hash) }
    self.table = table
  }

  /// The commonest features of folded texts that stand in at least `countMin` of them.
  init(options: FeatureOptions, folded texts: [[UInt8]], countMin: Int, featuresMax: Int) {
    var (reader, seen) = (FeatureReader(options), FeatureTable(capacity: 1 << 16))
    var (hashes, counts, last) = ([UInt32](), [Int32](), [Int32]())
    for (text, bytes) in texts.enumerated() {
      reader.read(bytes)
      for hash in reader.hashes {
        let number = seen.add(hash)
        if number == hashes.count {
          hashes.append(hash)
          counts.append(0)
          last.append(-1)
        }
        if last[number] != Int32(text) {
          last[number] = Int32(text)
          counts[number] += 1
        }
      }
    }
    let kept = Self.commonest(counts, countMin: countMin, featuresMax: featuresMax)
    self.init(
      options: options, hashes: kept.map { hashes[$0] },
      weights: [Float](repeating: 1, count: kept.count))
  }

  private static func commonest(_ counts: [Int32], countMin: Int, featuresMax: Int) -> [Int] {
    let kept = counts.indices.filter { counts[$0] >= countMin }
    guard kept.count > featuresMax else { return kept }
    let best = kept.sorted { counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1] }
    return best.prefix(featuresMax).sorted()
  }
}

/// A known feature of a text.
struct TextFeature {
  let number: Int32
  /// The place among the reader's hashes where it stands first.
  let place: Int32
  /// How much of it there is.
  var value: Float
}

/// Turns texts into vectors over a vocabulary. Keeps its buffers.
struct Vectorizer {
  let vocabulary: Vocabulary
  private var reader: FeatureReader
  /// By number of feature: how often the text has it, up to 255; 0 between texts.
  private var counts: [UInt8]
  private var entries: [UInt64] = []
  /// Of the last text: single words, runs and pairs, letters.
  private(set) var features: [TextFeature] = []
  /// Of the last text.
  var spacedShare: Float { reader.spacedShare }

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    reader = FeatureReader(vocabulary.options)
    counts = [UInt8](repeating: 0, count: vocabulary.hashes.count)
  }

  /// What a feature of the last text, by its place in `features`, looks like there.
  func name(of place: Int) -> String { reader.name(at: Int(features[place].place)) }

  /// Fills `features`; the value is (1 + ln tf) × weight, each group brought to its length.
  mutating func read(_ folded: [UInt8]) {
    reader.read(folded)
    features.removeAll(keepingCapacity: true)
    Self.lookUp(reader.hashes, vocabulary.table, into: &entries)
    let lengths = vocabulary.options.lengths(spacedShare: reader.spacedShare)
    add(0..<reader.runsBegin, length: lengths.singles)
    add(reader.runsBegin..<reader.lettersBegin, length: lengths.runs)
    add(reader.lettersBegin..<reader.hashes.count, length: lengths.letters)
  }

  /// The table's first places for all hashes, before any is looked at: they do not wait for one another's way from memory.
  private static func lookUp(_ hashes: [UInt32], _ table: FeatureTable, into entries: inout [UInt64]) {
    entries.removeAll(keepingCapacity: true)
    let (hashes, places) = (hashes.span, table.places.span)
    let mask = places.count - 1
    entries.append(addingCapacity: hashes.count) { entries in
      for place in hashes.indices { entries.append(places[unchecked: Int(hashes[unchecked: place]) & mask]) }
    }
  }

  /// Adds the known ones of a group of hashes, brought to `length`.
  private mutating func add(_ group: Range<Int>, length: Float) {
    guard !group.isEmpty else { return }
    let begin = features.count
    counts.withUnsafeMutableBufferPointer { counts in
      Self.find(group, reader.hashes, entries, vocabulary.table, counts, into: &features)
      features.withUnsafeMutableBufferPointer { features in
        Self.weigh(features.extracting(begin...), vocabulary.weights, counts, length: length)
      }
    }
  }

  /// Most hashes are at their first place in the table, or not in it; the few others are looked for.
  private static func find(
    _ group: Range<Int>, _ hashes: [UInt32], _ entries: [UInt64], _ table: FeatureTable,
    _ counts: UnsafeMutableBufferPointer<UInt8>, into features: inout [TextFeature]
  ) {
    let (hashes, entries) = (hashes.span, entries.span)
    features.append(addingCapacity: group.count) { features in
      for place in group {
        let (hash, entry) = (hashes[unchecked: place], entries[unchecked: place])
        if entry == 0 { continue }
        let isHere = UInt32(truncatingIfNeeded: entry >> 32) == hash
        let number = isHere ? Int(UInt32(truncatingIfNeeded: entry)) : table.number(of: hash)
        guard number >= 0 else { continue }
        let count = counts[number]
        if count == 0 {
          features.append(
            TextFeature(
              number: Int32(truncatingIfNeeded: number), place: Int32(truncatingIfNeeded: place), value: 0))
        }
        counts[number] = count == 255 ? 255 : count &+ 1
      }
    }
  }

  /// Sets the values of the features of a group, and their counts back to 0.
  private static func weigh(
    _ features: UnsafeMutableBufferPointer<TextFeature>, _ weights: [Float],
    _ counts: UnsafeMutableBufferPointer<UInt8>, length: Float
  ) {
    var sum: Float = 0
    let weights = weights.span
    for place in features.indices {
      let number = Int(features[place].number)
      let value = Logarithm.frequency(Int(counts[number])) * weights[number]
      counts[number] = 0
      features[place].value = value
      sum += value * value
    }
    guard sum > 0 else { return }
    let factor = length / sum.squareRoot()
    for place in features.indices { features[place].value *= factor }
  }
}
