import CAsyncTopCurses
import AsyncTopTerminal

/// The styles on the screen as ncurses' colour pairs.
///
/// A pair is made when a style is first drawn. When there are no more, styles get the terminal's
/// own colours until ``reset()``, which the next frame begins with.
struct ColorPairs {
  /// A style as ncurses draws it.
  struct Drawn {
    let pair: Int32
    let attributes: UInt32
  }

  /// How many colours there are.
  let depth: ColorDepth
  /// True if colours are numbered as ``TerminalEntry/direct`` does.
  private let isDirect: Bool
  private let colorCount: Int32
  private let pairCount: Int32
  private var drawn: [Style: Drawn] = [:]
  private var pairs: [SIMD2<Int32>: Int32] = [:]
  /// True if there were more pairs than there is room for.
  private(set) var isFull = false

  /// Starts colours, as many as there are wanted and the terminal has.
  ///
  /// To be called when the screen has been opened.
  init(wanted: ColorDepth, isDirect: Bool) {
    self.isDirect = isDirect
    // Nothing about colours may be called on a terminal without: ncurses 6.4 crashes.
    guard wanted > .none, has_colors() else {
      (depth, colorCount, pairCount) = (.none, 0, 0)
      return
    }
    start_color()
    use_default_colors()
    colorCount = cn_colors()
    pairCount = cn_color_pairs()
    let offered: ColorDepth = isDirect ? .trueColor : colorCount >= 256 ? .palette256 : .sixteen
    depth = min(wanted, offered)
  }

  /// Returns how a style is drawn.
  mutating func look(of style: Style) -> Drawn {
    if let known = drawn[style] { return known }
    var stepped = style.stepped(to: depth)
    if colorCount == 8 { ColorPairs.stepToEight(&stepped) }
    let look = Drawn(
      pair: pair(number(of: stepped.foreground), number(of: stepped.background)),
      attributes: UInt32(stepped.attributes.rawValue))
    drawn[style] = look
    return look
  }

  /// Forgets all pairs; what is on the screen must be drawn anew.
  mutating func reset() {
    reset_color_pairs()
    drawn = [:]
    pairs = [:]
    isFull = false
  }

  private mutating func pair(_ foreground: Int32, _ background: Int32) -> Int32 {
    if depth == .none || foreground < 0 && background < 0 { return 0 }
    let colors = SIMD2(foreground, background)
    if let known = pairs[colors] { return known }
    let next = Int32(pairs.count) + 1
    guard next < pairCount, init_extended_pair(next, foreground, background) != ERR else {
      isFull = true
      return 0
    }
    pairs[colors] = next
    return next
  }

  /// A colour as ncurses numbers it here.
  private func number(of color: Color) -> Int32 {
    switch color {
    case .terminalDefault: -1
    case .palette(let index): Int32(index) + (isDirect ? TerminalEntry.paletteStart : 0)
    case .rgb(let red, let green, let blue): Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
    }
  }

  /// With eight colours, bright text is bold.
  private static func stepToEight(_ style: inout Style) {
    if case .palette(let index) = style.foreground, index >= 8 {
      style.foreground = .palette(index - 8)
      style.attributes.insert(.bold)
    }
    if case .palette(let index) = style.background, index >= 8 {
      style.background = .palette(index - 8)
    }
  }
}
