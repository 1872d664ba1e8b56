import AsyncTopTerminal
import AsyncTopThemes

/// Where themes are found: the shipped ones, which are compiled in, and the user's files.
///
/// A user's theme called `harbour` is `harbour.theme` in `$XDG_CONFIG_HOME/asynctop/themes`, or in
/// `~/.config/asynctop/themes` where that isn't set. It goes before a shipped one of the same name.
/// A name with a `/` in it is the path of a file.
public struct ThemeCatalog: Sendable {
  /// Reads a file; nil if it can't be read.
  public typealias ReadFile = @Sendable (_ path: String) -> String?

  /// The longest chain of themes that inherit from each other.
  public static let inheritanceLimit = 8

  /// The folder of the user's themes; nil if there is no home.
  public let userFolder: String?
  private let readFile: ReadFile

  /// Makes a catalog.
  ///
  /// - Parameters:
  ///   - environment: The variables of the process.
  ///   - readFile: Reads a file; is asked for paths of themes only.
  public init(environment: [String: String], readFile: @escaping ReadFile) {
    self.readFile = readFile
    if let configuration = environment["XDG_CONFIG_HOME"], configuration.hasPrefix("/") {
      userFolder = configuration + "/asynctop/themes"
    } else if let home = environment["HOME"], !home.isEmpty {
      userFolder = home + "/.config/asynctop/themes"
    } else {
      userFolder = nil
    }
  }

  /// The names of the shipped themes; the first is the standard one.
  public static let shippedNames = ShippedThemes.all.map(\.name)

  /// The theme that is there if nothing else is.
  public static let standard = ThemeCatalog(environment: [:], readFile: { _ in nil })
    .load(shippedNames[0]).theme

  /// The usual looks of roles.
  private static let roles = ThemeFile(parsing: ShippedThemes.roles.text)

  /// A theme, and what was wrong with its file.
  public struct Loaded: Hashable, Sendable {
    /// The theme; the standard one if there is none of the name.
    public let theme: Theme
    /// What was wrong; empty if all is well.
    public let problems: [ThemeProblem]
  }

  /// Finds a theme by its name or by the path of its file.
  ///
  /// What the file doesn't define comes from the theme it inherits from, and from the standard one
  /// if it doesn't say. Never fails: a dashboard with the wrong colours is better than none.
  public func load(_ name: String) -> Loaded {
    guard let file = find(name) else {
      let problem = ThemeProblem(
        severity: .error, line: nil,
        message: "there is no theme “\(SafeText.truncated(name, to: 60))”; there are "
          + ThemeCatalog.shippedNames.joined(separator: ", ")
          + (userFolder.map { ", and the files in \(SafeText.clean($0))" } ?? ""))
      return Loaded(theme: ThemeCatalog.standard, problems: [problem])
    }
    var problems = file.problems
    let whole = inherited(by: file, depth: 1, &problems)
    return Loaded(theme: Theme(name: file.name ?? name, whole), problems: problems)
  }

  /// A file laid over those it inherits from, the last of which is that of the usual looks.
  private func inherited(
    by file: ThemeFile, depth: Int, _ problems: inout [ThemeProblem]
  ) -> ThemeFile {
    if file.missing.isEmpty && file.inherits == nil { return file.laid(over: ThemeCatalog.roles) }
    let parent = file.inherits ?? ThemeCatalog.shippedNames[0]
    guard depth < ThemeCatalog.inheritanceLimit else {
      problems.append(
        ThemeProblem(
          severity: .error, line: nil,
          message: "themes inherit from each other in a circle, or more than "
            + "\(ThemeCatalog.inheritanceLimit) deep; end the chain at a shipped theme"))
      return file.laid(over: ThemeCatalog.roles)
    }
    guard let found = find(parent) else {
      problems.append(
        ThemeProblem(
          severity: .error, line: nil,
          message: "it inherits from “\(SafeText.truncated(parent, to: 60))”, which isn't there"))
      let standard = ThemeFile(parsing: ShippedThemes.all[0].text)
      return file.laid(over: standard).laid(over: ThemeCatalog.roles)
    }
    return file.laid(over: inherited(by: found, depth: depth + 1, &problems))
  }

  private func find(_ name: String) -> ThemeFile? {
    if name.contains("/") { return readFile(name).map { ThemeFile(parsing: $0) } }
    if let userFolder, let text = readFile("\(userFolder)/\(name).theme") {
      return ThemeFile(parsing: text)
    }
    return ShippedThemes.all.first { $0.name == name }.map { ThemeFile(parsing: $0.text) }
  }
}
