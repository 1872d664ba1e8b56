public import AsyncTopTerminal

/// What a user can choose about a terminal.
public struct CursesTerminalOptions: Hashable, Sendable {
  /// How many colours; nil to find out (`--color auto`).
  public var colorDepth: ColorDepth?
  /// True to get clicks and the wheel; users then select text with Shift held.
  public var mouse: Bool
  /// True to draw each frame in one go where the terminal can (mode 2026).
  public var synchronizedOutput: Bool
  /// True if Ctrl-Z stops the process; false to get it as a key.
  public var suspends: Bool
  /// True to draw with ASCII alone even where there is UTF-8.
  public var ascii: Bool

  /// Makes the choices; those that aren't given are what most want.
  public init(
    colorDepth: ColorDepth? = nil, mouse: Bool = true, synchronizedOutput: Bool = true,
    suspends: Bool = true, ascii: Bool = false
  ) {
    self.colorDepth = colorDepth
    self.mouse = mouse
    self.synchronizedOutput = synchronizedOutput
    self.suspends = suspends
    self.ascii = ascii
  }
}
