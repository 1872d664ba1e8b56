import ArgumentParser
import AsyncTopDashboard
import AsyncTopLinux
import AsyncTopTerminal

/// How a dashboard looks.
struct DisplayOptions: ParsableArguments {
  @Option(help: "The theme, by name or by the path of its file; `asynctop themes` lists them.")
  var theme = ThemeCatalog.shippedNames[0]

  @Option(help: "auto, never, 16, 256 or truecolor.")
  var color = "auto"

  @Flag(help: "Draw with ASCII characters only.")
  var ascii = false

  @Flag(help: "Leave the mouse to the terminal.")
  var noMouse = false

  /// The depth asked for; nil for `auto`.
  var requestedDepth: ColorDepth? {
    color == "auto" ? nil : ColorDepth(name: color)
  }

  func validate() throws {
    try Self.check(color: color)
  }

  static func check(color: String) throws {
    guard color == "auto" || ColorDepth(name: color) != nil else {
      throw ValidationError("--color is auto, never, 16, 256 or truecolor, not “\(color)”")
    }
  }

  /// The variables of the environment that colours and themes depend on.
  static var environment: [String: String] {
    Program.environment(of: [
      "TERM", "COLORTERM", "NO_COLOR", "TMUX", "HOME", "XDG_CONFIG_HOME", "LC_ALL", "LC_CTYPE",
      "LANG", "COLUMNS", "LINES",
    ])
  }

  /// The shipped themes and the user's.
  static var catalog: ThemeCatalog {
    ThemeCatalog(environment: environment) {
      ProcessFiles.contents($0, limit: ThemeFile.sizeLimit)
    }
  }

  /// The theme; what is wrong with its file goes to standard error.
  func loadTheme() -> Theme {
    let loaded = Self.catalog.load(theme)
    for problem in loaded.problems { StandardError.write("asynctop: theme: \(problem)") }
    return loaded.theme
  }
}

/// Where the files of modules and of their debug information are looked for.
struct SymbolOptions: ParsableArguments {
  private static let variable = "ASYNCTOP_SYMBOLS"

  @Option(
    name: .customLong("symbols"),
    help: ArgumentHelp(
      "A folder with the program's files, or its debug files, of the build that ran; may be "
        + "given several times. Also in ASYNCTOP_SYMBOLS, separated by colons.",
      valueName: "folder"))
  var named: [String] = []

  /// The folders that the user named, first those of this call.
  var folders: [String] {
    let variable = Program.environment(of: [Self.variable])[Self.variable] ?? ""
    return named + variable.split(separator: ":").map { String($0) }
  }
}
