/// Something that came from the terminal.
public enum InputEvent: Hashable, Sendable {
  /// A key was pressed.
  case key(KeyChord)
  /// The mouse did something.
  case mouse(MouseEvent)
  /// Text was pasted; as it came, so not yet safe to draw by other means than a ``Canvas``.
  case paste(String)
  /// The terminal has another size now.
  case resize(Size)
  /// The program was stopped and goes on; the screen has been drawn again.
  case resumed
  /// A signal asks the program to end.
  case interrupt(signal: Int32)
  /// The terminal is gone.
  case endOfInput
}
