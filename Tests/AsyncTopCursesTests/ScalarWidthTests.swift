import CAsyncTopCurses
import AsyncTopTerminal
import Testing

@Suite struct `Widths` {
  /// What ncurses counts for a glyph, and what we do, must agree, or a row falls apart.
  @Test func `are those of the C library for nearly every character`() throws {
    let previous = unsafe cn_use_locale("C.UTF-8")
    try #require(cn_is_utf8() == 1)
    defer { unsafe cn_restore_locale(previous) }
    var differing: [UInt32] = []
    var compared = 0
    for value in UInt32(0x20)..<0x20000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(scalar)
      // What is replaced or combined is not drawn as itself.
      let known = cn_scalar_width(value)
      guard known > 0, SafeText.clean(text) == text else { continue }
      compared += 1
      if SafeText.columns(of: text) != Int(known) { differing.append(value) }
    }
    #expect(compared > 60_000)
    // A terminal draws `�` for these (CellPainter), since its library and ours disagree.
    #expect(differing.count < 100, "\(differing.map { String($0, radix: 16) })")
  }
}
