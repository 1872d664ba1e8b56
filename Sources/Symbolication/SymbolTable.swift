/// The functions of a file, found by address.
struct SymbolTable: Sendable {
  /// A function; its name stays in the file until it is asked for.
  struct Function: Sendable {
    let address: UInt64
    /// Zero when the file doesn't say: the function then reaches up to the next one.
    let size: UInt64
    fileprivate let nameOffset: UInt32

    /// Its code, as far as the file says which that is.
    var range: Range<UInt64> { address..<address &+ min(size, .max - address) }

    func contains(_ address: UInt64) -> Bool {
      address >= self.address && (size == 0 || address - self.address < size)
    }
  }

  /// How many functions before the nearest one are tried, where functions overlap.
  private static let overlapLimit = 8

  private var functions: [Function] = []
  private var names: ByteView?

  /// A table without functions.
  init() {}

  /// Reads `.symtab`, or, in a stripped file, `.dynsym`.
  init(_ file: ELFFile) throws(SymbolicationError) {
    guard let section = file.section(named: ".symtab") ?? file.section(named: ".dynsym"),
      file.sections.indices.contains(Int(section.link))
    else { return }
    let symbols = try file.contents(of: section)
    names = try file.contents(of: file.sections[Int(section.link)])
    functions = try Self.functions(in: symbols)
    functions.sort { ($0.address, $0.size) < ($1.address, $1.size) }
  }

  private static func functions(in symbols: ByteView) throws(SymbolicationError) -> [Function] {
    let entrySize = 24
    let function: UInt8 = 2
    let indirectFunction: UInt8 = 10
    var functions: [Function] = []
    for index in 0..<symbols.count / entrySize {
      let entry = index * entrySize
      let type = try symbols.load(UInt8.self, at: entry + 4) & 0xf
      guard type == function || type == indirectFunction else { continue }
      let section = try symbols.load(UInt16.self, at: entry + 6)
      guard section != 0 else { continue }  // defined elsewhere
      functions.append(
        Function(
          address: try symbols.load(UInt64.self, at: entry + 8),
          size: try symbols.load(UInt64.self, at: entry + 16),
          nameOffset: try symbols.load(UInt32.self, at: entry)))
    }
    return functions
  }

  /// The function that has code at this address.
  func function(at address: UInt64) -> Function? {
    var low = 0
    var high = functions.count
    while low < high {
      let middle = (low + high) / 2
      if functions[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    return functions[max(0, low - Self.overlapLimit)..<low].last { $0.contains(address) }
  }

  /// The name of a function as the linker knows it.
  func name(of function: Function) -> String? {
    try? names?.string(at: Int(function.nameOffset))
  }
}
