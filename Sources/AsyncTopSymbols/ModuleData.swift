/// What the file of a loaded module says of its data.
public struct ModuleData: Sendable {
  // Kinds of symbols: data and functions.
  private static let named: ClosedRange<UInt8> = 1...2
  private static let entrySize = 24

  /// The module.
  public let module: LoadedModule
  private let files: ModuleFiles

  /// Opens the file of a module of a running process.
  ///
  /// - Parameters:
  ///   - module: The module.
  ///   - search: Where its files are looked for.
  /// - Throws: Why no file of its build can be read.
  public init(_ module: LoadedModule, search: SymbolSearch) throws(SymbolicationError) {
    self.module = module
    files = try search.files(of: module)
  }

  /// Whether it holds code that the Swift compiler has made.
  public var isSwift: Bool {
    ["swift5_protocols", "swift5_protocol_conformances", "swift5_type_metadata"].contains {
      files.main.section(named: $0) != nil
    }
  }

  /// The addresses in memory that the module's writable data takes.
  public var writable: [Range<UInt64>] {
    files.main.segments.filter { $0.isLoaded && $0.isWritable && $0.memorySize > 0 }.compactMap {
      let start = module.loadBias &+ $0.address
      let (end, overflow) = start.addingReportingOverflow($0.memorySize)
      return overflow ? nil : start..<end
    }
  }

  /// The addresses in memory of what has these names.
  ///
  /// - Parameter names: As the linker knows them.
  /// - Returns: Those that the module's tables of symbols have.
  public func addresses(of names: Set<String>) -> [String: UInt64] {
    var found: [String: UInt64] = [:]
    // A file of debug information alone has an empty .dynsym.
    for (table, file) in [(".dynsym", files.main), (".symtab", files.symbols)]
    where found.count < names.count {
      try? find(names, inSection: table, of: file, &found)
    }
    return found
  }

  private func find(
    _ names: Set<String>, inSection section: String, of file: ELFFile,
    _ found: inout [String: UInt64]
  ) throws(SymbolicationError) {
    guard let table = file.section(named: section), table.type != ELFSection.noBits,
      file.sections.indices.contains(Int(table.link))
    else { return }
    let symbols = try file.contents(of: table)
    let texts = try file.contents(of: file.sections[Int(table.link)])
    var cursor = ByteCursor(symbols)
    for _ in 0..<symbols.count / Self.entrySize {
      let name = Int(try cursor.read(UInt32.self))
      let type = try cursor.readByte() & 0xf
      try cursor.skip(1)
      let section = try cursor.read(UInt16.self)
      let address = try cursor.read(UInt64.self)
      try cursor.skip(8)
      guard Self.named.contains(type), section != 0,
        let match = names.first(where: { texts.holds($0, at: name) })
      else { continue }
      found[match] = module.loadBias &+ address
      if found.count == names.count { return }
    }
  }
}
