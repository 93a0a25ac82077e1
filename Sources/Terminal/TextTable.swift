/// Rows and columns that align whatever the script, and fit the terminal.
package struct TextTable: Sendable {
  /// What holds for all cells below one another.
  package struct Column: Sendable {
    package var title: String
    /// Set flush right, as numbers are.
    package var right: Bool
    /// Columns it keeps at least when the terminal is narrow; `nil` = never narrowed.
    package var minimum: Int?
    /// Whether it may go when there is no room at all; the greatest number goes first, 0 never.
    package var dispensable: Int
    package init(_ title: String, right: Bool = false, minimum: Int? = nil, dispensable: Int = 0) {
      (self.title, self.right, self.minimum, self.dispensable) = (title, right, minimum, dispensable)
    }
  }

  /// One text in one style, on one line.
  package struct Cell: Sendable {
    package var text: String
    package var style: Style
    /// `text` is made neutral here, so no table shows anything raw.
    package init(_ text: String, _ style: Style = .plain) { (self.text, self.style) = (Neutral.oneLine(text), style) }
  }

  /// From left to right.
  package var columns: [Column]
  package private(set) var rows: [[Cell]] = []

  package init(_ columns: [Column]) { self.columns = columns }

  /// A row shorter than the table is filled up, a longer one cut.
  package mutating func add(_ cells: [Cell]) {
    rows.append(Array((cells + Array(repeating: Cell(""), count: columns.count)).prefix(columns.count)))
  }

  /// The lines of the table, heading first. `width`: columns of the terminal; `nil` = nothing is shortened.
  package func lines(width: Int?, paint: Paint) -> [String] {
    var natural = columns.map { Columns.of($0.title) }
    for row in rows {
      for (index, cell) in row.enumerated() {
        // Only what can be shown is worth measuring.
        let text = width.map { Columns.clip(cell.text, to: $0) } ?? cell.text
        natural[index] = max(natural[index], Columns.of(text))
      }
    }
    let layout = width.map { fit(natural, into: $0) } ?? natural.enumerated().map { ($0.offset, $0.element) }
    let heading = columns.map { Cell($0.title, .dim) }
    return ([heading] + rows).map { line($0, layout: layout, paint: paint) }
  }

  private static let gap = 2

  private func line(_ row: [Cell], layout: [(column: Int, width: Int)], paint: Paint) -> String {
    var out = ""
    var owed = 0
    for (place, (column, width)) in layout.enumerated() {
      let text = Columns.clip(row[column].text, to: width)
      let spaces = width - Columns.of(text)
      if place > 0 { owed += TextTable.gap }
      if columns[column].right { owed += spaces }
      if !text.isEmpty { out += String(repeating: " ", count: owed) + paint(text, row[column].style) }
      owed = (text.isEmpty ? owed : 0) + (columns[column].right ? 0 : spaces)
    }
    return out
  }

  /// Which columns are shown, and how wide: first dispensable ones go, then the widest flexible ones shrink.
  private func fit(_ natural: [Int], into width: Int) -> [(column: Int, width: Int)] {
    var shown = Array(columns.indices)
    func smallest(_ column: Int) -> Int { min(natural[column], columns[column].minimum ?? natural[column]) }
    func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + TextTable.gap * max(0, widths.count - 1) }
    while total(shown.map(smallest)) > width,
      let goes = shown.filter({ columns[$0].dispensable > 0 }).max(by: {
        columns[$0].dispensable < columns[$1].dispensable
      })
    {
      shown.removeAll { $0 == goes }
    }
    var widths = shown.map { natural[$0] }
    shrink(&widths, to: shown.map(smallest), excess: total(widths) - width)
    shrink(&widths, to: shown.map { _ in 1 }, excess: total(widths) - width)
    return Array(zip(shown, widths))
  }

  /// Takes one column at a time from the widest that is above its floor, until `excess` is gone.
  private func shrink(_ widths: inout [Int], to floors: [Int], excess: Int) {
    var excess = excess
    while excess > 0 {
      let candidates = widths.indices.filter { widths[$0] > floors[$0] }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
      excess -= 1
    }
  }
}
