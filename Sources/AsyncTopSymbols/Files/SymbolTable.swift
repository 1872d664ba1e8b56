/// The functions of a file, found by address.
struct SymbolTable: Sendable {
  /// A function; its name stays in the file until it is asked for.
  struct Function: Sendable {
    let address: UInt64
    /// Zero when neither the file nor the end of its section says: it reaches up to the next one.
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
  /// The longest name that is read.
  private static let nameLimit = 16_384

  private(set) var functions: [Function] = []
  private var names: ByteView?

  /// A table without functions.
  init() {}

  /// Reads `.symtab`, or, in a stripped file, `.dynsym`.
  init(_ file: ELFFile) throws(SymbolicationError) {
    guard let section = Self.section(of: file), file.sections.indices.contains(Int(section.link))
    else { return }
    let symbols = try file.contents(of: section)
    names = try file.contents(of: file.sections[Int(section.link)])
    functions = try Self.functions(in: symbols, sections: file.sections)
    functions.sort { ($0.address, $0.size) < ($1.address, $1.size) }
  }

  private static func section(of file: ELFFile) -> ELFSection? {
    [".symtab", ".dynsym"].lazy.compactMap { file.section(named: $0) }
      .first { $0.type != ELFSection.noBits }
  }

  private static func functions(
    in symbols: ByteView, sections: [ELFSection]
  ) throws(SymbolicationError) -> [Function] {
    let entrySize = 24
    let function: UInt8 = 2
    let indirectFunction: UInt8 = 10
    var functions: [Function] = []
    var cursor = ByteCursor(symbols)
    for _ in 0..<symbols.count / entrySize {
      let nameOffset = try cursor.read(UInt32.self)
      let type = try cursor.readByte() & 0xf
      try cursor.skip(1)
      let section = Int(try cursor.read(UInt16.self))
      let address = try cursor.read(UInt64.self)
      let size = try cursor.read(UInt64.self)
      // Section 0 stands for what is defined elsewhere.
      guard type == function || type == indirectFunction, section != 0 else { continue }
      // One of no size, as `_init` is, does not reach beyond its section.
      let rest = sections.indices.contains(section) ? sections[section].rest(from: address) : 0
      functions.append(
        Function(address: address, size: size > 0 ? size : rest, nameOffset: nameOffset))
    }
    return functions
  }

  /// Whether it has no functions at all.
  var isEmpty: Bool { functions.isEmpty }

  /// The function that has code at this address.
  func function(at address: UInt64) -> Function? {
    let end = firstIndex(above: address)
    return functions[max(0, end - Self.overlapLimit)..<end].last { $0.contains(address) }
  }

  /// The function whose code comes next after that of another.
  func function(after function: Function) -> Function? {
    let index = firstIndex(above: function.address)
    return index < functions.count ? functions[index] : nil
  }

  /// The functions whose code comes before that of another, the nearest first.
  func functions(before function: Function, atMost limit: Int) -> some Sequence<Function> {
    functions[..<firstIndex(above: function.address)].suffix(limit).reversed()
  }

  private func firstIndex(above address: UInt64) -> Int {
    var low = 0
    var high = functions.count
    while low < high {
      let middle = (low + high) / 2
      if functions[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The name of a function as the linker knows it.
  func name(of function: Function) -> String? {
    names?.string(at: Int(function.nameOffset), limit: Self.nameLimit)
  }
}
