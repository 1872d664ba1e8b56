import AsyncTopInsight
import AsyncTopTerminal

/// One column of a list: all there is to know of it.
///
/// The same value serves the screen, the commands that print a list, and JSON.
package struct Column<Row>: Sendable {
  /// Its name in options.
  package let name: String
  /// What stands above it.
  let title: String
  /// Where texts stand in it.
  let alignment: TextAlignment
  /// Whether one wants to see the most first when it is sorted by.
  let startsDescending: Bool
  /// Whether nothing of it can be known of a process without a probe.
  let needsProbe: Bool
  /// How much room it has on a screen.
  let room: @Sendable (ListSpace) -> ColumnRoom
  /// By what rows are sorted; prepared once for all rows.
  let key: @Sendable (Insight) -> (Row) -> UInt64
  /// What stands in it.
  let cell: @Sendable (Row, Insight) -> ListCell
  /// Writes what programs read of it, as members of an object.
  let json: @Sendable (Row, Insight, inout JSONWriter) -> Void

  /// Makes a column; without a key its rows have no order, and without JSON programs don't read it.
  init(
    _ name: String, _ title: String, alignment: TextAlignment = .left,
    startsDescending: Bool = false, needsProbe: Bool = false,
    room: @escaping @Sendable (ListSpace) -> ColumnRoom,
    key: @escaping @Sendable (Insight) -> (Row) -> UInt64 = { _ in { _ in 0 } },
    cell: @escaping @Sendable (Row, Insight) -> ListCell,
    json: @escaping @Sendable (Row, Insight, inout JSONWriter) -> Void = { _, _, _ in }
  ) {
    self.name = name
    self.title = title
    self.alignment = alignment
    self.startsDescending = startsDescending
    self.needsProbe = needsProbe
    self.room = room
    self.key = key
    self.cell = cell
    self.json = json
  }

  /// Makes a column of a list that is never long, of which programs read these members.
  init(
    _ name: String, _ title: String, alignment: TextAlignment = .left,
    startsDescending: Bool = false, needsProbe: Bool = false,
    room: @escaping @Sendable (ListSpace) -> ColumnRoom,
    key: @escaping @Sendable (Insight) -> (Row) -> UInt64 = { _ in { _ in 0 } },
    cell: @escaping @Sendable (Row, Insight) -> ListCell,
    json: @escaping @Sendable (Row, Insight) -> Insight.Members
  ) {
    self.init(
      name, title, alignment: alignment, startsDescending: startsDescending,
      needsProbe: needsProbe, room: room, key: key, cell: cell,
      json: { $2.members(json($0, $1)) })
  }
}

/// How much room a column has on a screen.
struct ColumnRoom {
  typealias Width = TableColumn<Int>.Width

  let width: Width
  /// How much it matters: where there isn't room for all, the lowest goes first.
  let priority: Int
  /// Which end of a text is lost.
  let truncation: Truncation
  /// The columns of the text before a picture; nil if nothing is drawn besides the text.
  let textBeforePicture: Int?

  init(
    _ width: Width, priority: Int, truncation: Truncation = .end, textBeforePicture: Int? = nil
  ) {
    self.width = width
    self.priority = priority
    self.truncation = truncation
    self.textBeforePicture = textBeforePicture
  }

  static func fixed(_ columns: Int, priority: Int) -> ColumnRoom {
    ColumnRoom(.fixed(columns), priority: priority)
  }

  static func flexible(
    _ columns: ClosedRange<Int>, priority: Int, truncation: Truncation = .end
  ) -> ColumnRoom {
    ColumnRoom(
      .flexible(min: columns.lowerBound, max: columns.upperBound), priority: priority,
      truncation: truncation)
  }

  /// Whether there is only room for the sign of a cell.
  var isForSign: Bool { width == .fixed(1) }
}

/// What a list has to be drawn in.
struct ListSpace {
  /// The columns of the terminal.
  let width: Int
  /// Whose entities are listed: the longest of their ids is shown whole or not at all.
  let insight: Insight

  /// Whether it is so narrow that where things are matters less than what they do.
  var isNarrow: Bool { width < 70 }

  /// The columns that hold most files and lines whole, `TroubleProgram.swift:45`, where there is
  /// room for those.
  func site(narrow columns: Int) -> Int { isNarrow ? columns : 23 }
}

/// What stands in a column of a row.
struct ListCell {
  /// The sign before the text, by its role; where there is room for nothing else, it stands alone.
  var sign: ThemeRole?
  /// The text; may be untrusted.
  var text: String
  /// How it is drawn.
  var role: ThemeRole
  /// The text where nothing but text is printed, if that is another.
  var plain: String?
  /// What is drawn after the text.
  var picture: Picture

  init(
    _ text: String, _ role: ThemeRole = .text, sign: ThemeRole? = nil, plain: String? = nil,
    picture: Picture = .none
  ) {
    self.sign = sign
    self.text = text
    self.role = role
    self.plain = plain
    self.picture = picture
  }

  static let empty = ListCell("", .dim)
}
