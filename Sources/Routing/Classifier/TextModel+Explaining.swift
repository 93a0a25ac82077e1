import Conversations

extension TextModel {
  /// The features of a text that spoke loudest for or against a label, strongest first: what each adds to the label's
  /// score over the mean of all labels, through the hidden units that are at work in this text.
  package func influences(_ text: String, on label: Int, most: Int) -> [Influence] {
    guard labels.indices.contains(label) else { return [] }
    let folded = TextFolding.foldedBytes(text)
    var vectorizer = Vectorizer(vocabulary)
    vectorizer.read(folded)
    let pulls = pulls(vectorizer, on: label)
    let amounts = zip(vectorizer.features, vectorizer.values).map { feature, value in
      let row = net.steps[Int(feature) * net.hidden..<(Int(feature) + 1) * net.hidden]
      let sum = zip(row, pulls).reduce(Float(0)) { $0 + Float($1.0) * $1.1 }
      return (hash: vocabulary.hashes[Int(feature)], amount: sum * net.stepSizes[Int(feature)] * value)
    }
    let strongest = amounts.sorted {
      abs($0.amount) == abs($1.amount) ? $0.hash < $1.hash : abs($0.amount) > abs($1.amount)
    }
    .prefix(most)
    let words = FeatureNames.names(of: Set(strongest.map(\.hash)), in: folded, vocabulary.options)
    return strongest.map { Influence(feature: words[$0.hash] ?? "", amount: Double($0.amount)) }
  }

  /// By hidden unit: how much it pulls towards the label rather than towards the others; 0 for those that are silent.
  private func pulls(_ vectorizer: Vectorizer, on label: Int) -> [Float] {
    var hidden = [SIMD8<Float>](repeating: .zero, count: first.lanes)
    first.scores(vectorizer.features, vectorizer.values, into: &hidden)
    return (0..<net.hidden).map { unit in
      guard hidden[unit / 8][unit % 8] > 0 else { return 0 }
      let row = net.labelWeights[unit * labels.count..<(unit + 1) * labels.count]
      return row[row.startIndex + label] - row.reduce(0, +) / Float(labels.count)
    }
  }
}
