import Foundation
import Testing

@testable import AsyncTopSymbols

/// Files that somebody made to hurt whoever reads them.
@Suite(.timeLimit(.minutes(3))) struct `Hostile files` {
  @Test func `thousands of sections may share one long name`() throws {
    var builder = ELFBuilder()
    builder.functions = [.init(name: "outer", address: 0x2000, size: 0x100)]
    builder.sections = (0..<2_000).map { _ in .init(name: "a", bytes: []) }
    builder.moreNames = [UInt8](repeating: 0x61, count: 16 << 20)
    var bytes = builder.bytes
    let table = (0..<8).reduce(0) { $0 | Int(bytes[40 + $1]) << (8 * $1) }
    // The long name stands behind those of the other sections.
    let names = 1 + 2 * builder.sections.count + ".strtab.symtab.shstrtab".utf8.count + 3
    let name = unsafe withUnsafeBytes(of: UInt32(names).littleEndian) { unsafe Array($0) }
    for index in 1...2_000 {
      let place = table + 64 * index
      bytes.replaceSubrange(place..<place + 4, with: name)
    }
    let file = try TemporaryFile(bytes)
    let symbolizer = Symbolizer(trusting: [
      LoadedModule(path: file.path, loadBias: 0, range: 0..<0x2_0000)
    ])
    #expect(symbolizer.locations(of: 0x2000).count == 1)
  }

  @Test func `a file that claims a terabyte of symbols is refused`() throws {
    var builder = ELFBuilder()
    builder.functions = [.init(name: "outer", address: 0x2000, size: 0x100)]
    var bytes = builder.bytes
    let table = (0..<8).reduce(0) { $0 | Int(bytes[40 + $1]) << (8 * $1) }
    let size = unsafe withUnsafeBytes(of: UInt64(1 << 39).littleEndian) { unsafe Array($0) }
    bytes.replaceSubrange(table + 64 * 2 + 32..<table + 64 * 2 + 40, with: size)
    let file = try TemporaryFile(bytes)
    try #require(unsafe truncate(file.path, 1 << 40) == 0)
    let symbolizer = Symbolizer(trusting: [
      LoadedModule(path: file.path, loadBias: 0, range: 0..<0x2_0000)
    ])
    #expect(symbolizer.locations(of: 0x2000).first?.problem?.code == .unsupported)
  }

  @Test(arguments: [true, false])
  func `a file that is cut or written while it is read is an error`(isCut: Bool) throws {
    let program = try CompiledProgram(`Inlined calls`.source)
    let address = try program.address(of: "outer")
    let file = try ELFFile(path: program.path)
    let module = LoadedModule(path: program.path, loadBias: 0, range: 0..<1 << 32)
    // The file is opened; its symbols are read from what it is now.
    let symbolizer = Symbolizer(modules: [module]) { _ throws(SymbolicationError) in
      ModuleFiles(main: file)
    }
    if isCut {
      try #require(unsafe truncate(program.path, 100) == 0)
    } else {
      try Data(count: file.contents.count).write(to: URL(fileURLWithPath: program.path))
    }
    // What was read before may still be known; what wasn't is not made up.
    for place in address..<address + 64 {
      for location in symbolizer.locations(of: place) where location.problem != nil {
        #expect([.changed, .noSymbols, .truncated].contains(location.problem?.code))
      }
    }
  }

  @Test func `a large file that is cut while it is read is an error`() throws {
    var bytes = [UInt8](repeating: 7, count: 1 << 20)
    bytes[0] = 1
    let file = try TemporaryFile(bytes)
    let source = try ByteSource(path: file.path)
    #expect(try source.block(holding: 0).bytes[0] == 1)
    try #require(unsafe truncate(file.path, 70_000) == 0)
    for place in [69_000, 500_000] {
      let error = #expect(throws: SymbolicationError.self) { try source.block(holding: place) }
      #expect(error?.code == .changed)
    }
  }

  @Test(arguments: [
    ["-O1", "-gdwarf-4"], ["-O1", "-gdwarf-5"],
    ["-O1", "-gdwarf-5", "-Wl,--compress-debug-sections=zlib"],
  ])
  func `real programs with a few changed bytes are survived`(options: [String]) throws {
    let program = try CompiledProgram(`Inlined calls`.source, options: options)
    let address = try program.address(of: "outer")
    let bytes = Array(try #require(FileManager.default.contents(atPath: program.path)))
    let good = try ELFFile(path: program.path)
    let targets = [".debug_info", ".debug_abbrev", ".debug_line", ".debug_rnglists", ".symtab"]
      .compactMap { good.section(named: $0) }.map { Int($0.offset)..<Int($0.offset + $0.byteCount) }
    let headers = [
      0..<64 + 56 * good.segments.count, bytes.count - 64 * good.sections.count..<bytes.count,
    ]
    let file = try TemporaryFile([])
    var generator = SeededGenerator(seed: 2_026)
    for round in 0..<400 {
      var damaged = bytes
      let places = round % 4 == 0 ? headers : targets
      for _ in 0...Int.random(in: 0..<6, using: &generator) {
        guard let range = places.randomElement(using: &generator) else { continue }
        damaged[Int.random(in: range, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      try file.write(damaged)
      let symbolizer = Symbolizer(trusting: [
        LoadedModule(path: file.path, loadBias: 0, range: 0..<1 << 32)
      ])
      for place in [address, address + 4, address + 12] {
        #expect(!symbolizer.locations(of: place).isEmpty)
      }
    }
  }
}
