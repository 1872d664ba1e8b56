import Foundation

/// What several rounds gave, by row and column, as a table of medians with their range.
///
/// The rounds of all columns are taken in turns, so that what disturbs the machine disturbs each of
/// them; a ratio is of two medians of one run.
public struct Figures {
  private let unit: String
  private var rows: [(name: String, columns: [(name: String, values: [Double])])] = []

  /// Begins a table of figures in a unit.
  public init(in unit: String) {
    self.unit = unit
  }

  /// Adds a figure; rows and columns come in the order in which they are first added to.
  public mutating func add(_ value: Double, row: String, column: String) {
    let place =
      rows.firstIndex { $0.name == row }
      ?? {
        rows.append((row, []))
        return rows.count - 1
      }()
    if let column = rows[place].columns.firstIndex(where: { $0.name == column }) {
      rows[place].columns[column].values.append(value)
    } else {
      rows[place].columns.append((column, [value]))
    }
  }

  /// Prints a line for each row and column: the median, the range, and the difference and ratio to
  /// the median of the row's first column.
  public func print(_ title: String) {
    Swift.print("\n\(title), \(unit)")
    for row in rows {
      guard let base = row.columns.first.map({ Self.median($0.values) }) else { continue }
      for (number, column) in row.columns.enumerated() {
        let values = column.values.sorted()
        let middle = Self.median(values)
        let name = number == 0 ? row.name : ""
        let relation =
          number == 0 ? "" : String(format: "%+9.1f  ×%.3f", middle - base, middle / base)
        Swift.print(
          Self.padded(name, 12), Self.padded(column.name, 18),
          String(format: "%9.1f  (%.1f–%.1f)", middle, values[0], values[values.count - 1]),
          relation)
      }
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted(), middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
