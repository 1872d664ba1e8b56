import CNCurses
public import TerminalUI

extension CursesTerminal {
  /// Shows a picture.
  ///
  /// Sends what differs from the picture before, and nothing at all if nothing does. What is larger
  /// than the screen is cut; what is smaller leaves the rest empty.
  public func draw(_ grid: CellGrid) {
    guard isOpen, grid != drawn else { return }
    if pairs.isFull {
      pairs.reset()
      drawn = nil
    }
    if drawn?.size != grid.size { erase() }
    put(grid, over: drawn?.size == grid.size ? drawn : nil)
    if drawn == nil { cn_repaint_all() }
    drawn = grid
    if isSynchronized { device.write(TerminalModes.frameBegins) }
    cn_update()
    if isSynchronized { device.write(TerminalModes.frameEnds) }
  }

  /// Sends everything again at the next drawing, as after something else has written.
  public func repaint() {
    drawn = nil
  }

  /// Puts the cells that differ on ncurses' screen.
  private func put(_ grid: CellGrid, over old: CellGrid?) {
    for row in 0..<min(grid.size.rows, size.rows) {
      for column in 0..<min(grid.size.columns, size.columns) {
        let cell = grid[column, row]
        if cell.glyph.isContinuation || old?[column, row] == cell { continue }
        // A wide glyph has no room in the last column of a screen that has become narrower.
        let glyph = column + cell.glyph.width > size.columns ? .space : cell.glyph
        painter.put(
          glyph, row: row, column: column, look: pairs.look(of: cell.style), isUTF8: isUTF8)
      }
    }
  }
}
