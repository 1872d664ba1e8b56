/// Where the files of a process's modules are looked for.
///
/// A file counts only if it is of the build that the process runs. Its build ID says so; without
/// one, only the kernel can, of a process that still runs.
public struct SymbolSearch: Sendable, Hashable {
  /// What the paths of the modules are worth.
  public enum Origin: Sendable, Hashable {
    /// The process runs, under this id: its files are taken through `/proc`, as the process sees
    /// them, also from another mount namespace and after they were replaced.
    case process(Int32)
    /// The process ran on this machine: a file of the right build ID may be at its old path.
    case thisMachine
    /// The process ran anywhere, and the paths are somebody else's words: they are not opened.
    case elsewhere
  }

  /// What the paths of the modules are worth.
  public var origin: Origin
  /// Folders that the user named, in which files of modules and of debug information are looked
  /// for by their build ID, and by their name.
  public var folders: [String]

  /// Makes a search.
  ///
  /// - Parameters:
  ///   - origin: What the paths of the modules are worth.
  ///   - folders: Folders that the user named.
  public init(_ origin: Origin, folders: [String] = []) {
    self.origin = origin
    self.folders = folders
  }

  /// Where distributions put debug information.
  static let systemFolder = "/usr/lib/debug"

  /// Finds the files of a module.
  ///
  /// - Throws: Why there is none that can be used.
  func files(of module: LoadedModule) throws(SymbolicationError) -> ModuleFiles {
    var attempt = ModuleFileSearch(module, search: self)
    return try attempt.run()
  }
}

/// The files that tell of a module's code.
struct ModuleFiles: Sendable {
  /// The module's own file, or that of its debug information where only that was found.
  let main: ELFFile
  /// The file of its debug information, if that is another.
  var debug: ELFFile?
  /// What was in the way of anything better.
  var problems: [SymbolicationError] = []

  /// The file to read functions from.
  var symbols: ELFFile {
    if let debug, debug.holds(sectionNamed: ".symtab") { debug } else { main }
  }

  /// The file to read source lines from.
  var lines: ELFFile {
    if let debug, debug.holds(sectionNamed: ".debug_line") { debug } else { main }
  }
}
