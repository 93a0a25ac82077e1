/// Vectors of all training texts, one after the other.
struct VectorSet: Sendable {
  var starts: [Int] = [0]
  var features: [Int32] = []
  var values: [Float] = []
  var labels: [Int] = []

  var count: Int { labels.count }

  init(_ vocabulary: Vocabulary, folded texts: [[UInt8]], labels: [Int]) {
    var vectorizer = Vectorizer(vocabulary)
    for text in texts {
      vectorizer.read(text)
      features += vectorizer.features.lazy.map(\.number)
      values += vectorizer.features.lazy.map(\.value)
      starts.append(features.count)
    }
    self.labels = labels
  }
}
