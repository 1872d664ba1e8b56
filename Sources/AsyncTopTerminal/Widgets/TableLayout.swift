/// Where the columns of a table are on a screen of some width.
///
/// What doesn't fit is dropped, least important first; what room is left goes to the flexible
/// columns. The most important column stays at any width, cut if it must be.
public struct TableLayout<ID: Hashable & Sendable>: Sendable {
  /// A column that is shown.
  public struct Placed: Sendable {
    /// The column.
    public let column: TableColumn<ID>
    /// Its first cell.
    public let offset: Int
    /// Its cells.
    public let width: Int
  }

  /// The columns that are shown, from left to right.
  public let placed: [Placed]

  /// Lays columns out.
  ///
  /// - Parameters:
  ///   - columns: All columns, from left to right.
  ///   - width: The cells there are.
  ///   - gap: The cells between two columns.
  public init(_ columns: [TableColumn<ID>], width: Int, gap: Int = 1) {
    let shown = TableLayout.fitting(columns, width: width, gap: gap)
    var widths = shown.map { min($0.minimum, max(0, width)) }
    TableLayout.share(
      width - widths.reduce(0, +) - gap * max(0, shown.count - 1), among: shown, &widths)
    var offset = 0
    placed = zip(shown, widths).map { column, width in
      defer { offset += width + gap }
      return Placed(column: column, offset: offset, width: width)
    }
  }

  /// Returns the column under a cell, the gap after it included; for clicks on titles.
  public func column(at offset: Int) -> ID? {
    placed.last { $0.offset <= offset }?.column.id
  }

  private static func fitting(
    _ columns: [TableColumn<ID>], width: Int, gap: Int
  ) -> [TableColumn<ID>] {
    var shown = columns
    while shown.count > 1,
      shown.reduce(0, { $0 + $1.minimum }) + gap * (shown.count - 1) > width,
      let least = shown.indices.min(by: {
        // Of equals the one further right goes.
        (shown[$0].priority, -$0) < (shown[$1].priority, -$1)
      })
    {
      shown.remove(at: least)
    }
    return shown
  }

  private static func share(
    _ spare: Int, among columns: [TableColumn<ID>], _ widths: inout [Int]
  ) {
    var spare = spare
    while spare > 0 {
      let growing = columns.indices.filter { widths[$0] < columns[$0].maximum }
      guard !growing.isEmpty else { return }
      let share = max(1, spare / growing.count)
      for index in growing {
        let added = min(share, spare, columns[index].maximum - widths[index])
        widths[index] += added
        spare -= added
      }
    }
  }
}
