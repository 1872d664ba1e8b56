/// A colour as a theme names it; the terminal steps it down to what it can show.
public enum Color: Hashable, Sendable {
  /// Whatever the terminal's user has chosen as text or background.
  case terminalDefault
  /// An entry of the terminal's palette: 0–15 are the user's sixteen, 16–255 the fixed cube.
  case palette(UInt8)
  /// A 24-bit colour.
  case rgb(red: UInt8, green: UInt8, blue: UInt8)

  /// Makes a 24-bit colour from a number like `0xFFA040`.
  public init(hex: UInt32) {
    self = .rgb(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex))
  }
}
