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
