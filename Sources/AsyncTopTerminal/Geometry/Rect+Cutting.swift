extension Rect {
  /// Takes rows off the top, as many as there are, and returns them.
  public mutating func cutTop(_ wanted: Int) -> Rect {
    let count = min(max(0, wanted), rows)
    let cut = Rect(column: left, row: top, columns: columns, rows: count)
    self = Rect(column: left, row: top + count, columns: columns, rows: rows - count)
    return cut
  }

  /// Takes rows off the bottom, as many as there are, and returns them.
  public mutating func cutBottom(_ wanted: Int) -> Rect {
    let count = min(max(0, wanted), rows)
    let cut = Rect(column: left, row: bottom - count, columns: columns, rows: count)
    self = Rect(column: left, row: top, columns: columns, rows: rows - count)
    return cut
  }

  /// Takes columns off the left, as many as there are, and returns them.
  public mutating func cutLeft(_ wanted: Int) -> Rect {
    let count = min(max(0, wanted), columns)
    let cut = Rect(column: left, row: top, columns: count, rows: rows)
    self = Rect(column: left + count, row: top, columns: columns - count, rows: rows)
    return cut
  }

  /// Takes columns off the right, as many as there are, and returns them.
  public mutating func cutRight(_ wanted: Int) -> Rect {
    let count = min(max(0, wanted), columns)
    let cut = Rect(column: right - count, row: top, columns: count, rows: rows)
    self = Rect(column: left, row: top, columns: columns - count, rows: rows)
    return cut
  }
}
