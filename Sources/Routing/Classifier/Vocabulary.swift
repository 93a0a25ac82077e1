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

/// Turns texts into vectors over a vocabulary. Keeps its buffers.
struct Vectorizer {
  let vocabulary: Vocabulary
  private var reader: FeatureReader
  private var counts: [Int32]
  private var entries: [UInt64] = []
  private(set) var features: [Int32] = []
  private(set) var values: [Float] = []
  /// Of the last text.
  var spacedShare: Float { reader.spacedShare }

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    reader = FeatureReader(vocabulary.options)
    counts = [Int32](repeating: 0, count: vocabulary.hashes.count)
  }

  /// What features of the last text look like there.
  func names(of hashes: [UInt32]) -> [String] { reader.names(of: hashes) }

  /// Fills `features` and `values`: (1 + ln tf) × weight, each group of length 1 (or its weight).
  mutating func read(_ folded: [UInt8]) {
    reader.read(folded)
    features.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    let lengths = vocabulary.options.lengths(spacedShare: reader.spacedShare)
    add(0..<reader.runsBegin, length: lengths.singles)
    add(reader.runsBegin..<reader.lettersBegin, length: lengths.runs)
    add(reader.lettersBegin..<reader.hashes.count, length: lengths.letters)
  }

  /// Adds the known ones of a group of hashes, brought to `length`.
  private mutating func add(_ range: Range<Int>, length: Float) {
    let begin = features.count
    find(range)
    var sum: Float = 0
    vocabulary.weights.withUnsafeBufferPointer { weights in
      counts.withUnsafeMutableBufferPointer { counts in
        for feature in features[begin...] {
          let value = Logarithm.frequency(counts[Int(feature)]) * weights[Int(feature)]
          counts[Int(feature)] = 0
          values.append(value)
          sum += value * value
        }
      }
    }
    guard sum > 0 else { return }
    let factor = length / sum.squareRoot()
    for place in begin..<values.count { values[place] *= factor }
  }

  /// Two passes: first the table's places for all hashes, which do not wait for one another's way from memory, then the
  /// few that are not at their first place.
  private mutating func find(_ range: Range<Int>) {
    vocabulary.table.places.withUnsafeBufferPointer { places in
      reader.hashes.withUnsafeBufferPointer { hashes in
        let mask = places.count - 1
        if entries.count < range.count { entries = [UInt64](repeating: 0, count: range.count * 2) }
        entries.withUnsafeMutableBufferPointer { entries in
          for place in 0..<range.count { entries[place] = places[Int(hashes[range.lowerBound + place]) & mask] }
          counts.withUnsafeMutableBufferPointer { counts in
            for place in 0..<range.count where entries[place] != 0 {
              let (hash, entry) = (hashes[range.lowerBound + place], entries[place])
              let number =
                UInt32(truncatingIfNeeded: entry >> 32) == hash
                ? Int(UInt32(truncatingIfNeeded: entry)) : FeatureTable.number(of: hash, in: places)
              guard number >= 0 else { continue }
              if counts[number] == 0 { features.append(Int32(number)) }
              counts[number] += 1
            }
          }
        }
      }
    }
  }
}
