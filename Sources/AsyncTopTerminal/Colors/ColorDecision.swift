/// How many colours to draw with, and why; `asynctop doctor` shows it.
public struct ColorDecision: Hashable, Sendable {
  /// How many.
  public let depth: ColorDepth
  /// What decided it, as a phrase: `COLORTERM is truecolor`.
  public let reason: String

  /// Makes a decision that was taken elsewhere.
  public init(depth: ColorDepth, reason: String) {
    self.depth = depth
    self.reason = reason
  }

  /// Decides; what comes first wins: the option, `NO_COLOR`, `COLORTERM`, `TERM`.
  ///
  /// `NO_COLOR` (no-color.org) counts if it isn't empty. `COLORTERM` isn't believed inside GNU
  /// screen, which hands down the variable of the terminal around it but not the colours.
  ///
  /// - Parameters:
  ///   - requested: What `--color` asks for; nil for `auto`.
  ///   - environment: The variables of the process.
  public init(requested: ColorDepth?, environment: [String: String]) {
    let term = environment["TERM"] ?? ""
    let colorTerm = environment["COLORTERM"] ?? ""
    let isInScreen = term.hasPrefix("screen") && environment["TMUX"] == nil
    if let requested {
      self.init(depth: requested, reason: "--color \(requested) was given")
    } else if let value = environment["NO_COLOR"], !value.isEmpty {
      self.init(depth: .none, reason: "NO_COLOR is set")
    } else if term.isEmpty {
      self.init(depth: .none, reason: "TERM is not set")
    } else if term == "dumb" {
      self.init(depth: .none, reason: "TERM is dumb")
    } else if ["truecolor", "24bit"].contains(colorTerm), !isInScreen {
      self.init(depth: .trueColor, reason: "COLORTERM is \(colorTerm)")
    } else {
      self.init(
        depth: ColorDecision.depth(ofTerminal: term), reason: "TERM is \(SafeText.clean(term))")
    }
  }

  /// What the name of a terminal promises.
  private static func depth(ofTerminal name: String) -> ColorDepth {
    // These set COLORTERM by themselves, but it gets lost over ssh, where TERM does not.
    let full = ["xterm-kitty", "alacritty", "foot", "wezterm", "ghostty", "xterm-ghostty"]
    if name.hasSuffix("-direct") || full.contains(where: { name.hasPrefix($0) }) {
      return .trueColor
    }
    if name.hasSuffix("-256color") { return .palette256 }
    if name.hasPrefix("vt") || name.hasSuffix("-mono") || name.hasSuffix("-m") { return .none }
    return .sixteen
  }
}

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
