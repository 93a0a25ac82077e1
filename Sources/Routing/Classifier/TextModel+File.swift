/// The file: `PBTM`, a format number, the length of the content, the content, and 32 hex digits over it. Numbers are
/// little-endian.
extension TextModel {
  /// Why a file cannot be used.
  package enum FileProblem: Error, Sendable, Hashable, CustomStringConvertible {
    case notAModel, newer(Int), cutShort, damaged

    package var description: String {
      switch self {
      case .notAModel: "this is no model file; `patchbay train` makes one"
      case .newer(let format):
        "the model has format \(format); this version reads format \(TextModel.format): train it again"
      case .cutShort: "the model file is cut short; copy or train it again"
      case .damaged: "the model file is damaged (its checksum does not match); copy or train it again"
      }
    }
  }

  static let magic: [UInt8] = Array("PBTM".utf8)
  static let format = 3

  package var fileBytes: [UInt8] {
    let content = content
    var out = ByteWriter()
    out.bytes = Self.magic
    out.write(UInt32(Self.format))
    out.write(UInt64(content.count))
    out.bytes += content
    out.bytes += Array(Self.hash(content).utf8)
    return out.bytes
  }

  var contentHash: String { Self.hash(content) }

  private static func hash(_ content: some Sequence<UInt8>) -> String {
    var fingerprint = Fingerprint()
    fingerprint.add(content)
    return fingerprint.hex
  }

  private var content: [UInt8] {
    var out = ByteWriter()
    let options = vocabulary.options
    for number in [
      examples, options.wordsMax, options.hanWordsMax, options.gapMax, options.hanGapMax,
      options.lettersMin, options.lettersMax,
    ] {
      out.write(UInt32(clamping: number))
    }
    for number in options.spaced.all + options.unspaced.all { out.write(number.bitPattern) }
    for number in [calibration.spaced, calibration.unspaced, calibration.threshold] { out.write(number.bitPattern) }
    out.bytes += Array(source.utf8)
    out.write(UInt32(labels.count))
    for label in labels {
      out.write(UInt32(label.utf8.count))
      out.bytes += Array(label.utf8)
    }
    out.write(UInt32(net.hidden))
    for number in net.labelBias + net.hiddenBias + net.labelWeights { out.write(number.bitPattern) }
    out.write(UInt32(vocabulary.hashes.count))
    for hash in vocabulary.hashes { out.write(hash) }
    for weight in vocabulary.weights { out.write(weight.bitPattern) }
    for size in net.stepSizes { out.write(size.bitPattern) }
    out.bytes += net.steps.lazy.map { UInt8(bitPattern: $0) }
    return out.bytes
  }

  /// Reads a file; anything but a whole one of this format is refused.
  package init(fileBytes bytes: [UInt8]) throws(FileProblem) {
    guard bytes.starts(with: Self.magic) else { throw .notAModel }
    var head = ByteReader(bytes[4...])
    let format = Int(try head.number())
    guard format == Self.format else { throw .newer(format) }
    let (low, high) = (try head.number(), try head.number())
    let length = UInt64(high) << 32 | UInt64(low)
    guard length <= bytes.count, bytes.count - head.index == Int(length) + 32 else { throw .cutShort }
    let content = bytes[head.index..<head.index + Int(length)]
    let hash = Self.hash(content)
    guard bytes.suffix(32).elementsEqual(hash.utf8) else { throw .damaged }
    self = try Self.read(content, hash)
  }

  private static func read(_ content: ArraySlice<UInt8>, _ hash: String) throws(FileProblem) -> TextModel {
    var reader = ByteReader(content)
    let examples = Int(try reader.number())
    var options = FeatureOptions()
    options.wordsMax = min(Int(try reader.number()), 8)
    options.hanWordsMax = min(Int(try reader.number()), 8)
    options.gapMax = min(Int(try reader.number()), 8)
    options.hanGapMax = min(Int(try reader.number()), 16)
    options.lettersMin = min(Int(try reader.number()), 16)
    options.lettersMax = min(Int(try reader.number()), 16)
    options.spaced = try lengths(&reader)
    options.unspaced = try lengths(&reader)
    let calibration = Calibration(
      spaced: try reader.float(), unspaced: try reader.float(), threshold: try reader.float())
    let source = String(decoding: try reader.take(32), as: UTF8.self)
    let labelCount = Int(try reader.number())
    guard (2...ClassifierTraining.labelsMax).contains(labelCount) else { throw .damaged }
    var labels: [String] = []
    for _ in 0..<labelCount {
      labels.append(String(decoding: try reader.take(Int(try reader.number())), as: UTF8.self))
    }
    let hidden = Int(try reader.number())
    guard (8...1024).contains(hidden), hidden % 8 == 0 else { throw .damaged }
    let small = try floats(&reader, labelCount + hidden + hidden * labelCount)
    let count = Int(try reader.number())
    let hashes = try reader.numbers(count)
    let weights = try floats(&reader, count)
    let sizes = try floats(&reader, count)
    let steps = try reader.take(count * hidden).map { Int8(bitPattern: $0) }
    let all = small + weights + sizes + options.spaced.all + options.unspaced.all + calibration.all
    guard reader.isAtEnd, Set(hashes).count == count, !hashes.contains(0), all.allSatisfy({ abs($0) < 1e6 })
    else { throw .damaged }
    let net = NetWeights(
      hidden: hidden, steps: steps, stepSizes: sizes, hiddenBias: Array(small[labelCount..<labelCount + hidden]),
      labelWeights: Array(small[(labelCount + hidden)...]), labelBias: Array(small[..<labelCount]))
    return TextModel(
      labels: labels, examples: examples, source: source,
      vocabulary: Vocabulary(options: options, hashes: hashes, weights: weights), calibration: calibration, net: net,
      version: hash)
  }

  private static func floats(_ reader: inout ByteReader, _ count: Int) throws(FileProblem) -> [Float] {
    try reader.numbers(count).map { Float(bitPattern: $0) }
  }

  private static func lengths(_ reader: inout ByteReader) throws(FileProblem) -> GroupLengths {
    GroupLengths(singles: try reader.float(), runs: try reader.float(), letters: try reader.float())
  }
}
