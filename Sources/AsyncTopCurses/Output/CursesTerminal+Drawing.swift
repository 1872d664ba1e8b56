import CAsyncTopCurses
public import AsyncTopTerminal

extension CursesTerminal {
  /// Cells that are given to ncurses before it writes.
  ///
  /// It writes some hundred bytes for one at most,
  /// so that the file it writes to stays below ``TerminalOutput/fileSize``.
  private static let cellsOfUpdate = 2_048

  /// Shows a picture.
  ///
  /// Sends what differs from the picture before, and nothing at all if nothing does. What is larger
  /// than the screen is cut; what is smaller leaves the rest empty. Never waits: while the terminal
  /// has not taken the picture before, this one is kept, and only the last that is kept is shown.
  public func draw(_ grid: CellGrid) {
    guard isOpen else { return }
    output.send()
    upcoming = output.isWaiting ? grid : nil
    if upcoming == nil { show(grid) }
  }

  /// Sends what has waited for room, and then the picture that was kept.
  func goOnDrawing() {
    output.send()
    guard !output.isWaiting, let grid = upcoming else { return }
    upcoming = nil
    show(grid)
  }

  private func show(_ grid: CellGrid) {
    guard grid != drawn else { return }
    if pairs.isFull {
      pairs.reset()
      drawn = nil
    }
    if isSynchronized { output.write(TerminalModes.frameBegins) }
    if drawn?.size != grid.size {
      erase()
      cn_repaint_all()
      update()
    }
    put(grid, over: drawn?.size == grid.size ? drawn : nil)
    drawn = grid
    if isSynchronized { output.write(TerminalModes.frameEnds) }
    output.send()
  }

  private func update() {
    cn_update()
    output.collect()
  }

  /// Sends everything again at the next drawing, as after something else has written.
  public func repaint() {
    drawn = nil
  }

  /// Puts the cells that differ on ncurses' screen, and has it write them.
  private func put(_ grid: CellGrid, over old: CellGrid?) {
    var count = 0
    for row in 0..<min(grid.size.rows, size.rows) {
      for column in 0..<min(grid.size.columns, size.columns) {
        let cell = grid[column, row]
        if cell.glyph.isContinuation || old?[column, row] == cell { continue }
        // A wide glyph has no room in the last column of a screen that has become narrower.
        let glyph = column + cell.glyph.width > size.columns ? .space : cell.glyph
        painter.put(
          glyph, row: row, column: column, look: pairs.look(of: cell.style), isUTF8: isUTF8)
        count += 1
      }
      if count >= CursesTerminal.cellsOfUpdate {
        update()
        count = 0
      }
    }
    update()
  }
}
