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
      for path in [buildIDPath(in: folder), "\(folder)/\(module.name)"] {
        if let path, let found = identified(path) { return found }
      }
    }
    return buildIDPath(in: SymbolSearch.systemFolder).flatMap { identified($0) }
  }

  private mutating func fileOfProcess(_ id: Int32) -> ELFFile? {
    // What the kernel says of the addresses counts; the process may name a link to the file.
    let mappings = ((try? FileMapping.all(ofProcess: id)) ?? [])
      .filter { $0.range.overlaps(module.range) }
    let mapping = mappings.first(where: \.isExecutable) ?? mappings.first
    let path = mapping?.originalPath ?? module.path
    for way in MappedFiles(process: id).ways(to: mapping, path: path) {
      let found = accepted(way.path) { way.isProven || mapping?.maps($0) == true }
      if let found { return found }
    }
    return nil
  }

  // MARK: Debug information

  private mutating func debugFile(of main: ELFFile?) -> ELFFile? {
    for folder in search.folders + [SymbolSearch.systemFolder] {
      if let path = buildIDPath(in: folder), let found = identified(path + ".debug") {
        return found
      }
    }
    for folder in search.folders {
      if let found = identified("\(folder)/\(module.name).debug") { return found }
    }
    guard let main, let link = DebugLink(main) else { return nil }
    for path in linkPaths(link) {
      if let found = accepted(path, isProven: { (try? link.matches($0)) ?? false }) {
        return found
      }
    }
    return nil
  }

  /// Where a debugger looks for the file that a stripped one names.
  private func linkPaths(_ link: DebugLink) -> [String] {
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

/// What a stripped file says of the file that has its debug information (`.gnu_debuglink`).
struct DebugLink: Sendable, Equatable {
  /// The longest name of a file.
  private static let nameLimit = 256
  /// The largest file whose checksum is taken.
  private static let sizeLimit = 4 << 30

  /// The file's name, without a folder.
  let name: String
  /// The checksum of all of its bytes.
  let checksum: UInt32

  /// Nil if the file says nothing, or names what is not a file in a folder.
  init?(_ file: ELFFile) {
    guard let section = try? file.contents(ofSectionNamed: ".gnu_debuglink"),
      let length = section.lengthOfString(at: 0, limit: Self.nameLimit),
      let name = section.string(at: 0, limit: Self.nameLimit),
      !name.isEmpty, !name.contains("/"), name != ".", name != "..",
      let checksum = try? section.load(UInt32.self, at: (length + 4) & ~3)
    else { return nil }
    self.name = name
    self.checksum = checksum
  }

  /// Whether a file is the one that is meant; all of it is read.
  func matches(_ file: ELFFile) throws(SymbolicationError) -> Bool {
    guard file.contents.count <= Self.sizeLimit else { return false }
    return try Self.checksum(of: file.contents) == checksum
  }

  /// The cyclic redundancy check of zlib and PNG (polynomial 0xedb88320).
  static func checksum(of bytes: ByteView) throws(SymbolicationError) -> UInt32 {
    var value: UInt32 = .max
    var position = 0
    while position < bytes.count {
      let block = try bytes.block(holding: position)
      let end = min(bytes.count, block.start + block.bytes.count)
      for byte in block.bytes[position - block.start..<end - block.start] {
        value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
      }
      position = end
    }
    return ~value
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320
    }
  }
}
