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

/// A column of a table, before it is known how wide the screen is.
public struct TableColumn<ID: Hashable & Sendable>: Sendable {
  /// How wide a column is.
  public enum Width: Hashable, Sendable {
    /// Always so many cells.
    case fixed(Int)
    /// At least so many cells, and an equal share of what is left up to a maximum.
    case flexible(min: Int, max: Int = .max)
  }

  /// Which column this is.
  public let id: ID
  /// What stands above it.
  public let title: String
  /// How wide it is.
  public let width: Width
  /// Where texts stand in it, and its title.
  public let alignment: TextAlignment
  /// Which end of a text is lost in it.
  public let truncation: Truncation
  /// How much it matters: where there isn't room for all, the lowest goes first.
  public let priority: Int

  /// Makes a column.
  public init(
    _ id: ID, title: String, width: Width, alignment: TextAlignment = .left,
    truncation: Truncation = .end, priority: Int
  ) {
    self.id = id
    self.title = title
    self.width = width
    self.alignment = alignment
    self.truncation = truncation
    self.priority = priority
  }

  /// The fewest cells it can do with.
  var minimum: Int {
    switch width {
    case .fixed(let columns): max(0, columns)
    case .flexible(let min, _): max(0, min)
    }
  }

  /// The most cells it has a use for.
  var maximum: Int {
    switch width {
    case .fixed(let columns): max(0, columns)
    case .flexible(let min, let max): Swift.max(min, max)
    }
  }
}

extension Canvas {
  /// Draws the titles of a table on one row.
  ///
  /// - Parameters:
  ///   - layout: Where the columns are.
  ///   - row: The row.
  ///   - style: How titles and the rest of the row are drawn.
  ///   - sorted: The column the table is sorted by, and which way; its title is marked.
  ///   - sortedStyle: How the title of that column is drawn; as the others if it isn't given.
  public mutating func tableHeader<ID>(
    _ layout: TableLayout<ID>, row: Int, style: Style,
    sorted: (id: ID, descending: Bool)? = nil, sortedStyle: Style? = nil
  ) {
    fill(Rect(column: 0, row: row, columns: size.columns, rows: 1), style: style)
    for placed in layout.placed {
      let column = placed.column
      var title = column.title
      var titleStyle = style
      if let sorted, sorted.id == column.id {
        title += "\(sorted.descending ? glyphs.descending : glyphs.ascending)"
        titleStyle = sortedStyle ?? style
      }
      write(
        title, at: Point(column: placed.offset, row: row), width: placed.width,
        style: titleStyle, alignment: column.alignment)
    }
  }

  /// Lets what a column repeats of the row above recede, so that what differs stands out.
  ///
  /// - Parameters:
  ///   - placed: The column.
  ///   - row: The row.
  ///   - style: How what is repeated is drawn.
  public mutating func dimRepeats<ID>(
    in placed: TableLayout<ID>.Placed, row: Int, style: Style
  ) {
    guard row > 0 else { return }
    func shown(_ column: Int, _ row: Int) -> Glyph {
      glyph(at: Point(column: placed.offset + column, row: row))
    }
    var count = 0
    while count < placed.width, shown(count, row) == shown(count, row - 1) { count += 1 }
    // A part of a number, or of a word, is none of it.
    while count > 0, count < placed.width, shown(count - 1, row).isWordPart,
      shown(count, row).isWordPart || shown(count, row - 1).isWordPart
    {
      count -= 1
    }
    restyle(Rect(column: placed.offset, row: row, columns: count, rows: 1)) { _ in style }
  }

  /// Draws one row of a table.
  ///
  /// - Parameters:
  ///   - layout: Where the columns are.
  ///   - row: The row.
  ///   - style: How what lies between and after the columns is drawn.
  ///   - content: Returns what stands in a column, and how it is drawn.
  public mutating func tableRow<ID>(
    _ layout: TableLayout<ID>, row: Int, style: Style,
    _ content: (ID) -> (text: String, style: Style)
  ) {
    guard row >= 0, row < size.rows else { return }
    fill(Rect(column: 0, row: row, columns: size.columns, rows: 1), style: style)
    for placed in layout.placed {
      let (text, textStyle) = content(placed.column.id)
      write(
        text, at: Point(column: placed.offset, row: row), width: placed.width,
        style: textStyle, alignment: placed.column.alignment,
        truncation: placed.column.truncation)
    }
  }
}

extension Glyph {
  fileprivate var isWordPart: Bool {
    guard let scalar = Unicode.Scalar(baseValue) else { return false }
    return Character(scalar).isLetter || Character(scalar).isNumber
  }
}
