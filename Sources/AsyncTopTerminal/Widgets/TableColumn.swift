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
