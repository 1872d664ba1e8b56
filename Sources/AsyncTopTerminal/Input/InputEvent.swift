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

/// Something the mouse did.
public struct MouseEvent: Hashable, Sendable {
  /// What it did.
  public enum Action: Hashable, Sendable {
    /// A button went down.
    case press
    /// A button went up.
    case release
    /// The wheel turned away from the user.
    case wheelUp
    /// The wheel turned towards the user.
    case wheelDown
  }

  /// Which button.
  public enum Button: Hashable, Sendable {
    /// The left one; wheel events have it too.
    case left
    /// The middle one.
    case middle
    /// The right one.
    case right
  }

  /// What it did.
  public let action: Action
  /// With which button.
  public let button: Button
  /// On which cell.
  public let position: Point
  /// What was held on the keyboard.
  public let modifiers: KeyModifiers

  /// Makes an event.
  public init(
    _ action: Action, button: Button = .left, at position: Point, modifiers: KeyModifiers = []
  ) {
    self.action = action
    self.button = button
    self.position = position
    self.modifiers = modifiers
  }
}
