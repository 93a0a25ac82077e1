import Conversations

extension TextModel {
  /// The features of a text that spoke loudest for or against a label, strongest first.
  package func influences(_ text: String, on label: Int, most: Int) -> [Influence] {
    guard labels.indices.contains(label) else { return [] }
    let folded = TextFolding.foldedBytes(text)
    var vectorizer = Vectorizer(vocabulary)
    vectorizer.read(folded)
    let amounts = zip(vectorizer.features, vectorizer.values).map { feature, value in
      let step = Float(steps[Int(feature) * labels.count + label]) * stepSizes[Int(feature)]
      return (hash: vocabulary.hashes[Int(feature)], amount: step * value)
    }
    let strongest = amounts.sorted {
      abs($0.amount) == abs($1.amount) ? $0.hash < $1.hash : abs($0.amount) > abs($1.amount)
    }
    .prefix(most)
    let words = FeatureNames.names(of: Set(strongest.map(\.hash)), in: folded, vocabulary.options)
    return strongest.map { Influence(feature: words[$0.hash] ?? "", amount: Double($0.amount)) }
  }
}
