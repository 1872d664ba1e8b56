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

/// What the file of a program tells of how it will be started.
public struct ProgramImage: Sendable {
  /// Whether it is one for this machine's kind of processor.
  public let isForThisMachine: Bool
  /// The loader that it asks for; nil if it is complete in itself.
  public let loader: String?
  /// Whether there is Swift code in it.
  public let isSwift: Bool
  /// Whether it asks for the library of Swift's tasks.
  public let importsTasks: Bool

  /// Looks at a file.
  ///
  /// - Returns: Nil for what is no executable, such as a script.
  public init?(path: String) {
    guard let file = try? ELFFile(path: path) else { return nil }
    isForThisMachine = (try? file.contents.load(UInt16.self, at: 18)) == Self.machine
    loader = file.segments.first { $0.type == Self.interpreter }.flatMap { segment in
      (try? file.contents.part(at: segment.offset, count: segment.fileSize))?
        .string(at: 0, limit: 4096)
    }
    isSwift = ["swift5_type_metadata", "swift5_protocols", "swift5_reflstr"].contains {
      file.section(named: $0) != nil
    }
    importsTasks = Self.names(of: file).contains("libswift_Concurrency.so")
  }

  /// The texts of the dynamic linker, among which the names of the libraries are.
  private static func names(of file: ELFFile) -> [String] {
    guard let table = try? file.contents(ofSectionNamed: ".dynstr"),
      let bytes = try? table.bytes(at: 0, count: min(table.count, tableLimit))
    else { return [] }
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  private static let tableLimit = 16 << 20
  private static let interpreter: UInt32 = 3
  #if arch(x86_64)
    private static let machine: UInt16 = 62
  #elseif arch(arm64)
    private static let machine: UInt16 = 183
  #else
    #error("asynctop runs on x86-64 and arm64")
  #endif
}
