import AsyncTopLinux

/// Looks for the files of one module.
struct ModuleFileSearch {
  private let module: LoadedModule
  private let search: SymbolSearch
  /// Why files that are there can't be used.
  private var refusals: [SymbolicationError] = []

  init(_ module: LoadedModule, search: SymbolSearch) {
    self.module = module
    self.search = search
  }

  /// Finds the files.
  ///
  /// - Throws: Why there are none.
  mutating func run() throws(SymbolicationError) -> ModuleFiles {
    let main = mainFile()
    if let main, main.holds(sectionNamed: ".symtab"), main.holds(sectionNamed: ".debug_line") {
      return ModuleFiles(main: main)
    }
    let debug = debugFile(of: main)
    if let main { return ModuleFiles(main: main, debug: debug, problems: refusals) }
    if let debug { return ModuleFiles(main: debug, problems: refusals) }
    throw reason
  }

  /// Why nothing was found, in the words that help most.
  private var reason: SymbolicationError {
    if let refusal = refusals.first(where: { $0.code == .otherBuild }) ?? refusals.first {
      return refusal
    }
    guard !module.buildID.isEmpty else {
      return SymbolicationError(
        .unidentified, path: module.path,
        "its build ID is not known, so that no file can be told to be the right one")
    }
    let identity = " of build ID \(module.buildIDText)"
    switch search.origin {
    case .elsewhere:
      return SymbolicationError(
        .notFound, path: module.path,
        "no file\(identity) was found; name a folder that has it with --symbols")
    case .process, .thisMachine:
      return SymbolicationError(
        .notFound, path: module.path, "its file\(identity) is not there any more")
    }
  }

  // MARK: The module's own file

  private mutating func mainFile() -> ELFFile? {
    switch search.origin {
    case .process(let id):
      if let found = fileOfProcess(id) ?? identified(module.path) { return found }
    case .thisMachine:
      if let found = identified(module.path) { return found }
    case .elsewhere: break
    }
    for folder in search.folders {
      for place in [buildIDPath(in: folder), "\(folder)/\(module.name)"] {
        if let place, let found = identified(place) { return found }
      }
    }
    return buildIDPath(in: SymbolSearch.systemFolder).flatMap { identified($0) }
  }

  private mutating func fileOfProcess(_ id: Int32) -> ELFFile? {
    // What the kernel says of the addresses counts; the process may name a link to the file.
    let mappings = ((try? MemoryMapping.all(ofProcess: id)) ?? [])
      .filter { $0.range.overlaps(module.range) }
    let mapping = mappings.first(where: \.isExecutable) ?? mappings.first
    let path = mapping?.originalPath ?? module.path
    for place in MappedFiles(process: id).places(of: mapping, path: path) {
      let found = accepted(place.path) { place.isProven || mapping?.maps($0) == true }
      if let found { return found }
    }
    return nil
  }

  // MARK: Debug information

  private mutating func debugFile(of main: ELFFile?) -> ELFFile? {
    for folder in search.folders + [SymbolSearch.systemFolder] {
      if let place = buildIDPath(in: folder), let found = identified(place + ".debug") {
        return found
      }
    }
    for folder in search.folders {
      if let found = identified("\(folder)/\(module.name).debug") { return found }
    }
    guard let main, let link = DebugLink(main) else { return nil }
    for place in linkPlaces(link) {
      if let found = accepted(place, isProven: { (try? link.matches($0)) ?? false }) {
        return found
      }
    }
    return nil
  }

  /// Where a debugger looks for the file that a stripped one names.
  private func linkPlaces(_ link: DebugLink) -> [String] {
    let folder = module.path.lastIndex(of: "/").map { String(module.path[..<$0]) } ?? ""
    let inFolder = ["\(folder)/\(link.name)", "\(folder)/.debug/\(link.name)"]
    let inSystem = "\(SymbolSearch.systemFolder)\(folder)/\(link.name)"
    let named = search.folders.map { "\($0)/\(link.name)" }
    return switch search.origin {
    case .process(let id):
      named + inFolder.map { "/proc/\(id)/root\($0)" } + ["/proc/\(id)/root\(inSystem)", inSystem]
    case .thisMachine: named + inFolder + [inSystem]
    case .elsewhere: named
    }
  }

  // MARK: Whether a file is the right one

  /// `FOLDER/.build-id/ab/cdef…`; nil without a build ID.
  private func buildIDPath(in folder: String) -> String? {
    let digits = module.buildIDText
    guard digits.utf8.count > 2 else { return nil }
    return "\(folder)/.build-id/\(digits.prefix(2))/\(digits.dropFirst(2))"
  }

  private mutating func identified(_ path: String) -> ELFFile? {
    module.buildID.isEmpty ? nil : accepted(path) { _ in false }
  }

  /// A file, if it is of the right build, or `isProven` vouches for one that doesn't say.
  private mutating func accepted(
    _ path: String, isProven: (ELFFile) -> Bool
  ) -> ELFFile? {
    let file: ELFFile
    // A relative path is that of another process's folder.
    guard path.first == "/" || search.folders.contains(where: { path.hasPrefix($0) }) else {
      return nil
    }
    do { file = try ELFFile(path: path) } catch {
      if error.code != .cannotOpen { refusals.append(error) }
      return nil
    }
    if let found = file.buildID, !module.buildID.isEmpty {
      if found == module.buildID { return file }
      refusals.append(
        SymbolicationError(
          .otherBuild, path: path,
          "this is another build than the process runs: its build ID is "
            + "\(LoadedModule.text(found)), that of the process \(module.buildIDText)"))
      return nil
    }
    if isProven(file) { return file }
    refusals.append(
      SymbolicationError(
        .unidentified, path: path,
        "nothing tells whether this is the build that the process runs, since it has no build ID"))
    return nil
  }
}
