@testable import AsyncTopDashboard
@testable import AsyncTopSymbols

/// Files that others wrote.
enum FileFuzz {
  static func symbolize(_ bytes: [UInt8]) {
    let file = MemoryFile(bytes)
    let module = LoadedModule(path: file.path, loadBias: 0, range: 0..<1 << 32)
    let symbolizer = Symbolizer(modules: [module]) { (module) throws(SymbolicationError) in
      ModuleFiles(main: try ELFFile(path: module.path))
    }
    for address in stride(from: 0, to: 0x5000, by: 20) as StrideTo<UInt64> {
      _ = symbolizer.locations(of: address, isReturnAddress: address % 2 == 0)
    }
  }

  static func demangle(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    for name in [text, "$s" + text, "$s4main" + text] {
      _ = MangledNameParser.parse(name)
      _ = FunctionName(mangled: name)
    }
  }

  static func theme(_ bytes: [UInt8]) {
    let file = ThemeFile(parsing: String(decoding: bytes, as: UTF8.self))
    _ = (file.missing, file.problems.map { "\($0)" })
  }
}
