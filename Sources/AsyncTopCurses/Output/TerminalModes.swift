/// The modes that are set beside ncurses, as the bytes that set and reset them.
enum TerminalModes {
  /// Marks pasted text as such.
  static let pasteOn = "\u{1B}[?2004h"
  /// Ends ``pasteOn``.
  static let pasteOff = "\u{1B}[?2004l"
  /// Reports buttons and the wheel, beyond column 223 too; not movement.
  static let mouseOn = "\u{1B}[?1000h\u{1B}[?1006h"
  /// Ends ``mouseOn``.
  static let mouseOff = "\u{1B}[?1006l\u{1B}[?1000l"
  /// The mode in which a frame is shown when it is complete.
  static let synchronizedMode = 2026
  /// Begins a frame.
  static let frameBegins = "\u{1B}[?2026h"
  /// Ends a frame.
  static let frameEnds = "\u{1B}[?2026l"
  /// Asks whether the terminal has the mode (DECRQM).
  static let askSynchronized = "\u{1B}[?2026$p"
  /// Asks what kind of terminal it is (DA1); the answer ends with `c`.
  static let askKind = "\u{1B}[c"
  /// What undoes everything, wherever the output was broken off: ends a sequence that was begun
  /// (CAN), then frame, mouse, paste, colours, cursor, other screen.
  static let restoreAll =
    "\u{18}" + frameEnds + mouseOff + pasteOff + "\u{1B}[m\u{1B}[?25h\u{1B}[?1049l\r\n"

  /// What restores a terminal of this name when there is no time to do it in order.
  static func restore(_ terminal: String) -> String {
    areKnown(to: terminal) ? restoreAll : "\u{18}\u{1B}[m\r\n"
  }

  /// True if a terminal of this name follows xterm closely enough to be sent these.
  static func areKnown(to terminal: String) -> Bool {
    let others = ["linux", "dumb", "vt", "ansi", "cons", "sun", "wy", "unknown"]
    return !terminal.isEmpty && !others.contains { terminal.hasPrefix($0) }
  }
}
