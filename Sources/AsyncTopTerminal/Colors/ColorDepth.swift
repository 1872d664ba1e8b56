/// How many colours a terminal shows.
public enum ColorDepth: Int, Hashable, Sendable, CaseIterable, Comparable {
  /// None: text, bold, underline and reverse only.
  case none
  /// The sixteen that the terminal's user has chosen.
  case sixteen
  /// The sixteen, a cube of 216 and 24 greys.
  case palette256
  /// 24 bits for each.
  case trueColor

  /// Orders by the number of colours.
  public static func < (left: ColorDepth, right: ColorDepth) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension ColorDepth: CustomStringConvertible {
  /// The name that `--color` takes.
  public var description: String {
    switch self {
    case .none: "never"
    case .sixteen: "16"
    case .palette256: "256"
    case .trueColor: "truecolor"
    }
  }

  /// Reads the name that `--color` takes; nil for `auto` and for what isn't a depth.
  public init?(name: String) {
    guard let depth = ColorDepth.allCases.first(where: { $0.description == name }) else {
      return nil
    }
    self = depth
  }
}
