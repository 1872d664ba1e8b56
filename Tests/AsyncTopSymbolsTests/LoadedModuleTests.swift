import Glibc
import Testing

@testable import AsyncTopSymbols

@Suite struct `Loaded modules` {
  @Test func `a line of maps is read`() {
    let line = "7f0010000000-7f0010002000 r-xp 00003000 08:01 42      /opt/my app/lib.so (deleted)"
    #expect(
      FileMapping(line[...])
        == FileMapping(
          range: 0x7f00_1000_0000..<0x7f00_1000_2000, isExecutable: true, offset: 0x3000,
          node: 42, path: "/opt/my app/lib.so (deleted)"))
  }

  @Test(arguments: [
    "", "7f00-7f01 r-xp", "7ffd1000-7ffd3000 r-xp 00000000 00:00 0      [vdso]",
    "7f01-7f00 r-xp 0 08:01 42 /a", "zz-7f00 r-xp 0 08:01 42 /a", "7f00-7f01 r-xp 0 08:01 42",
  ])
  func `a line that maps no file is left out`(line: String) {
    #expect(FileMapping(line[...]) == nil)
  }

  private func module(fileAddress: UInt64, mappedAt start: UInt64) throws -> LoadedModule? {
    var builder = ELFBuilder()
    builder.address = fileAddress
    let file = try TemporaryFile(builder.bytes)
    let mapping = FileMapping(
      range: start..<start + 0x1000, isExecutable: true, offset: 0, path: file.path)
    return LoadedModule.modules(in: [mapping]) { try? ELFFile(path: $0.path) }.first
  }

  @Test func `a position-independent file is moved by its bias`() throws {
    let module = try #require(try module(fileAddress: 0, mappedAt: 0x5555_0000_0000))
    #expect(module.loadBias == 0x5555_0000_0000)
    #expect(module.range == 0x5555_0000_0000..<0x5555_0001_0000)
  }

  @Test func `a file of fixed addresses has no bias`() throws {
    #expect(try module(fileAddress: 0x40_0000, mappedAt: 0x40_0000)?.loadBias == 0)
  }

  @Test func `a file that is also mapped to be read is where its code is`() throws {
    let file = try TemporaryFile(ELFBuilder().bytes)
    let mappings = [(0x7000, false), (0x8000, true), (0x5_0000, false)].map { start, isExecutable in
      FileMapping(
        range: UInt64(start)..<UInt64(start) + 0x1000, isExecutable: isExecutable, offset: 0,
        path: file.path)
    }
    let modules = LoadedModule.modules(in: mappings) { try? ELFFile(path: $0.path) }
    #expect(modules.map(\.range) == [0x8000..<0x1_8000])
  }

  @Test func `this process has its executable and the runtime`() throws {
    let modules = try LoadedModule.modules(ofProcess: getpid())
    #expect(modules.contains { $0.name == "libswiftCore.so" })
    #expect(modules == modules.sorted { $0.range.lowerBound < $1.range.lowerBound })
    #expect(modules.allSatisfy { !$0.range.isEmpty })
  }

  @Test func `a process that isn't there is an error`() {
    let error = #expect(throws: SymbolicationError.self) {
      try LoadedModule.modules(ofProcess: .max)
    }
    #expect(error?.code == .cannotOpen)
  }
}
