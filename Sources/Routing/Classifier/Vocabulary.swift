import Conversations

/// The features a model knows, with their group and weight.
struct Vocabulary: Sendable {
  let options: FeatureOptions
  /// By number of feature.
  let hashes: [UInt32]
  let groups: [UInt8]
  let weights: [Float]
  let table: FeatureTable

  init(options: FeatureOptions, hashes: [UInt32], groups: [UInt8], weights: [Float]) {
    (self.options, self.hashes, self.groups, self.weights) = (options, hashes, groups, weights)
    var table = FeatureTable(capacity: hashes.count)
    for hash in hashes { _ = table.add(hash) }
    self.table = table
  }

  /// The commonest features of folded texts that stand in at least `countMin` of them.
  init(options: FeatureOptions, folded texts: [[UInt8]], countMin: Int, featuresMax: Int) {
    var (reader, seen) = (FeatureReader(options), FeatureTable(capacity: 1 << 16))
    var (hashes, groups, counts, last) = ([UInt32](), [UInt8](), [Int32](), [Int32]())
    for (text, bytes) in texts.enumerated() {
      reader.read(bytes)
      for (place, hash) in reader.hashes.enumerated() {
        let number = seen.add(hash)
        if number == hashes.count {
          hashes.append(hash)
          groups.append(place < reader.lettersBegin ? FeatureGroup.words : FeatureGroup.letters)
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
      options: options, hashes: kept.map { hashes[$0] }, groups: kept.map { groups[$0] },
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
  private(set) var features: [Int32] = []
  private(set) var values: [Float] = []

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    reader = FeatureReader(vocabulary.options)
    counts = [Int32](repeating: 0, count: vocabulary.hashes.count)
  }

  /// Fills `features` and `values`: (1 + ln tf) × weight, each group of length 1 (or its weight).
  mutating func read(_ folded: [UInt8]) {
    reader.read(folded)
    features.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    for hash in reader.hashes {
      guard let number = vocabulary.table.number(of: hash) else { continue }
      if counts[number] == 0 { features.append(Int32(number)) }
      counts[number] += 1
    }
    var (words, letters) = (Float(0), Float(0))
    for feature in features {
      let number = Int(feature)
      let value = Logarithm.frequency(counts[number]) * vocabulary.weights[number]
      counts[number] = 0
      values.append(value)
      if vocabulary.groups[number] == FeatureGroup.words { words += value * value } else { letters += value * value }
    }
    let scales = (
      words > 0 ? 1 / words.squareRoot() : 0, letters > 0 ? vocabulary.options.lettersWeight / letters.squareRoot() : 0
    )
    for place in features.indices {
      let isWord = vocabulary.groups[Int(features[place])] == FeatureGroup.words
      values[place] *= isWord ? scales.0 : scales.1
    }
  }
}
