import ArgumentParser
import AsyncTopDashboard
import AsyncTopLinux
import AsyncTopTerminal

/// `asynctop themes`.
struct Themes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the themes, shows one, or checks a theme file.",
    discussion: """
      EXAMPLES:
        asynctop themes                      the names
        asynctop themes light                each role of one in its colours
        asynctop themes --check mine.theme   what is wrong with a file, if anything

      Your own themes are *.theme files in $XDG_CONFIG_HOME/asynctop/themes.
      """)

  @Argument(help: "A theme to show: a name, or the path of a file.")
  var name: String?

  @Option(help: ArgumentHelp("A theme file to check.", valueName: "file"))
  var check: String?

  @Option(help: "auto, never, 16, 256 or truecolor.")
  var color = "auto"

  func validate() throws {
    try DisplayOptions.check(color: color)
  }

  func run() throws {
    if let check {
      try checkFile(check)
    } else if let name {
      try show(name)
    } else {
      list()
    }
  }

  private func list() {
    let catalog = DisplayOptions.catalog
    for name in ThemeCatalog.shippedNames { print(name) }
    guard let folder = catalog.userFolder else { return }
    for file in ProcessFiles.names(in: folder).sorted() where file.hasSuffix(".theme") {
      print("\(SafeText.clean(String(file.dropLast(6))))  (\(SafeText.clean(folder)))")
    }
  }

  private func checkFile(_ path: String) throws {
    guard let text = ProcessFiles.contents(path, limit: ThemeFile.sizeLimit + 1) else {
      throw CommandFailure("\(SafeText.clean(path)) can't be read")
    }
    let file = ThemeFile(parsing: text)
    for problem in file.problems { print("\(SafeText.clean(path)): \(problem)") }
    if file.inherits == nil && !file.missing.isEmpty {
      let keys = file.missing.map(\.key).joined(separator: ", ")
      print("\(SafeText.clean(path)): not defined, so as in the standard theme: \(keys)")
    }
    guard file.problems.isEmpty else { throw ExitCode(1) }
    print("\(SafeText.clean(path)): no problems")
  }

  private func show(_ name: String) throws {
    let loaded = DisplayOptions.catalog.load(name)
    for problem in loaded.problems { StandardError.write("asynctop: theme: \(problem)") }
    let isColored = Program.isTerminal(1)
    let decision = ColorDecision(
      requested: ColorDepth(name: color), environment: DisplayOptions.environment)
    let palette = loaded.theme.palette(for: decision.depth)
    for role in ThemeRole.allCases {
      let sample = isColored ? ANSIText.styled(role.key, palette[role]) : role.key
      print(sample)
    }
    guard loaded.problems.isEmpty else { throw ExitCode(1) }
  }
}

/// Text with a style, for a terminal that is only written to.
///
/// The dashboard draws with ncurses instead.
enum ANSIText {
  /// The text between the control sequences of ECMA-48 that set its style and take it back.
  static func styled(_ text: String, _ style: Style) -> String {
    var codes: [String] = []
    if style.attributes.contains(.bold) { codes.append("1") }
    if style.attributes.contains(.dim) { codes.append("2") }
    if style.attributes.contains(.italic) { codes.append("3") }
    if style.attributes.contains(.underline) { codes.append("4") }
    if style.attributes.contains(.reverse) { codes.append("7") }
    codes += code(style.foreground, base: 38) + code(style.background, base: 48)
    return codes.isEmpty ? text : "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  private static func code(_ color: Color, base: Int) -> [String] {
    switch color {
    case .terminalDefault: []
    case .palette(let index): ["\(base);5;\(index)"]
    case .rgb(let red, let green, let blue): ["\(base);2;\(red);\(green);\(blue)"]
    }
  }
}
