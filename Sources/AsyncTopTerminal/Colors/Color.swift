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

extension Color {
  /// Returns the nearest colour that a terminal of some depth can show.
  ///
  /// 24-bit colours go to the nearest of the cube and the greys, not to the first sixteen, which
  /// look as the user likes; at sixteen, to the nearest of xterm's. A theme that wants another of
  /// the sixteen says so itself.
  public func stepped(to depth: ColorDepth) -> Color {
    switch (self, depth) {
    case (.terminalDefault, _), (_, .none): return .terminalDefault
    case (_, .trueColor), (.palette, .palette256), (.palette(0..<16), .sixteen): return self
    case (_, .palette256): return nearest(in: 16...255)
    case (_, .sixteen): return nearest(in: 0...15)
    }
  }

  /// The colour's light; for an entry of the palette as xterm has it by default, nil for the
  /// terminal's own.
  public var components: ColorComponents? {
    switch self {
    case .terminalDefault: return nil
    case .rgb(let red, let green, let blue):
      return ColorComponents(red: red, green: green, blue: blue)
    case .palette(let index):
      let (red, green, blue) = Color.xterm(index)
      return ColorComponents(red: red, green: green, blue: blue)
    }
  }

  private func nearest(in range: ClosedRange<UInt8>) -> Color {
    guard let wanted = components else { return self }
    let distances = range.map { index in
      (index, Color.palette(index).components?.difference(from: wanted) ?? .infinity)
    }
    return .palette(distances.min { $0.1 < $1.1 }?.0 ?? range.lowerBound)
  }

  /// The palette of xterm: sixteen by name, a cube of six steps a side, and greys.
  private static func xterm(_ index: UInt8) -> (UInt8, UInt8, UInt8) {
    switch index {
    case 0..<16:
      let hex = sixteen[Int(index)]
      return (
        UInt8(truncatingIfNeeded: hex >> 16), UInt8(truncatingIfNeeded: hex >> 8),
        UInt8(truncatingIfNeeded: hex)
      )
    case 16..<232:
      let cube = index - 16
      func level(_ step: UInt8) -> UInt8 { step == 0 ? 0 : 55 + 40 * step }
      return (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
    default:
      let grey = 8 + 10 * (index - 232)
      return (grey, grey, grey)
    }
  }

  private static let sixteen: [UInt32] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ]
}

extension Style {
  /// Returns the style with colours that a terminal of some depth can show; attributes stay.
  public func stepped(to depth: ColorDepth) -> Style {
    Style(
      foreground: foreground.stepped(to: depth), background: background.stepped(to: depth),
      attributes: attributes)
  }
}
