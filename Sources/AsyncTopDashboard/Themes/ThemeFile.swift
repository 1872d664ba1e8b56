/// What a theme file says, before it is joined with the theme it inherits from.
///
/// The format, line by line:
///
/// ```
/// # A comment; empty lines mean nothing.
/// name = "harbour"
/// inherits = "dark"
/// text = "#D8DEE9 on #101418"
/// state-failed = "#FF7B72 bold"
/// state-failed.16 = "bright-red bold"
/// ```
///
/// A look is a colour for the text, perhaps `on` and a colour behind it, perhaps attributes
/// (`bold`, `dim`, `italic`, `underline`, `reverse`). A colour is `#RRGGBB`, `default` (the
/// terminal's own) or one of the sixteen by name: `black`, `red`, `green`, `yellow`, `blue`,
/// `magenta`, `cyan`, `white` and the same with `bright-` before. What isn't `on` a colour is on
/// the background of `text`. The look after a key with `.16` is for terminals with sixteen colours
/// and has only those.
public struct ThemeFile: Hashable, Sendable {
  /// The largest file that is read, in bytes.
  public static let sizeLimit = 65_536

  /// A look as it is written: what isn't said comes from elsewhere.
  struct Look: Hashable, Sendable {
    var style: WrittenStyle?
    var sixteen: WrittenStyle?
  }

  /// What the theme is called; nil if the file doesn't say.
  public internal(set) var name: String?
  /// The theme it takes over what it doesn't define from; nil if the file doesn't say.
  public internal(set) var inherits: String?
  /// The looks it defines.
  var looks: [ThemeRole: Look] = [:]
  /// What was wrong, in the order of the lines.
  public internal(set) var problems: [ThemeProblem] = []

  /// The roles it has no look for.
  public var missing: [ThemeRole] {
    ThemeRole.allCases.filter { looks[$0]?.style == nil }
  }
}
