import CAsyncTopCurses
import AsyncTopTerminal

/// Puts single cells on ncurses' screen.
struct CellPainter {
  /// What a glyph was found to be, by its base.
  private var drawable: [UInt32: Bool] = [:]

  /// Puts a glyph on the screen; what the terminal's locale can't write becomes a question mark.
  ///
  /// - Parameters:
  ///   - glyph: Not a continuation.
  ///   - row: Its row.
  ///   - column: Its first column.
  ///   - look: How it is drawn.
  ///   - isUTF8: True if more than ASCII can be written.
  mutating func put(
    _ glyph: Glyph, row: Int, column: Int, look: ColorPairs.Drawn, isUTF8: Bool
  ) {
    if glyph.baseValue < 0x80 && glyph.firstMarkValue == 0 || canDraw(glyph, isUTF8: isUTF8) {
      send(
        [glyph.baseValue, glyph.firstMarkValue, glyph.secondMarkValue, 0], row, column, look)
      return
    }
    send([isUTF8 ? 0xFFFD : 0x3F, 0, 0, 0], row, column, look)
    if glyph.width == 2 { send([0x20, 0, 0, 0], row, column + 1, look) }
  }

  private func send(
    _ scalars: InlineArray<4, UInt32>, _ row: Int, _ column: Int, _ look: ColorPairs.Drawn
  ) {
    var text = (scalars[0], scalars[1], scalars[2], scalars[3])
    _ = unsafe withUnsafeBytes(of: &text) { bytes in
      unsafe cn_put(
        Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column),
        bytes.assumingMemoryBound(to: UInt32.self).baseAddress, look.attributes, look.pair)
    }
  }

  /// True if ncurses, which asks the C library, counts the cells of a glyph as we do.
  private mutating func canDraw(_ glyph: Glyph, isUTF8: Bool) -> Bool {
    guard isUTF8 else { return false }
    if let known = drawable[glyph.baseValue] { return known }
    let agrees = cn_scalar_width(glyph.baseValue) == Int32(glyph.width)
    drawable[glyph.baseValue] = agrees
    return agrees
  }
}
