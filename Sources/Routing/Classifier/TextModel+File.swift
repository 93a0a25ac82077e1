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
  static let format = 1

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
    for number in [calibration.sharpness, calibration.threshold] { out.write(number.bitPattern) }
    out.write(UInt32(labels.count))
    for label in labels {
      out.write(UInt32(label.utf8.count))
      out.bytes += Array(label.utf8)
    }
    for number in bias { out.write(number.bitPattern) }
    out.write(UInt32(vocabulary.hashes.count))
    for hash in vocabulary.hashes { out.write(hash) }
    for weight in vocabulary.weights { out.write(weight.bitPattern) }
    for size in stepSizes { out.write(size.bitPattern) }
    out.bytes += steps.lazy.map { UInt8(bitPattern: $0) }
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
    let calibration = Calibration(sharpness: try reader.float(), threshold: try reader.float())
    let labelCount = Int(try reader.number())
    guard (2...ClassifierTraining.labelsMax).contains(labelCount) else { throw .damaged }
    var labels: [String] = []
    for _ in 0..<labelCount {
      labels.append(String(decoding: try reader.take(Int(try reader.number())), as: UTF8.self))
    }
    var bias: [Float] = []
    for _ in 0..<labelCount { bias.append(try reader.float()) }
    let count = Int(try reader.number())
    let hashes = try reader.numbers(count)
    let weights = try reader.numbers(count).map { Float(bitPattern: $0) }
    let sizes = try reader.numbers(count).map { Float(bitPattern: $0) }
    let steps = try reader.take(count * labelCount).map { Int8(bitPattern: $0) }
    let all = bias + weights + sizes + options.spaced.all + options.unspaced.all
    guard reader.isAtEnd, Set(hashes).count == count, !hashes.contains(0), calibration.sharpness.isFinite,
      all.allSatisfy({ $0.isFinite && abs($0) < 1e6 })
    else { throw .damaged }
    return TextModel(
      labels: labels, examples: examples,
      vocabulary: Vocabulary(options: options, hashes: hashes, weights: weights),
      calibration: calibration, steps: steps, stepSizes: sizes, bias: bias, version: hash)
  }

  private static func lengths(_ reader: inout ByteReader) throws(FileProblem) -> GroupLengths {
    GroupLengths(singles: try reader.float(), runs: try reader.float(), letters: try reader.float())
  }
}
