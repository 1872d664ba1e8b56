import Testing

@testable import AsyncTopSymbols

@Suite struct `Line tables` {
  /// Ten bytes of line 10, ten of line 12, ten without a line, ten of line 30 of another file.
  private func program(version: UInt16) -> LineProgramBuilder {
    var program = LineProgramBuilder(
      version: version,
      directories: version >= 5
        ? ["/project", "Sources", "/usr/include"] : ["Sources", "/usr/include"],
      files: version >= 5
        ? [("main.swift", 0), ("Worker.swift", 1), ("stdio.h", 2)]
        : [("Worker.swift", 1), ("stdio.h", 2), ("main.swift", 0)])
    program.setAddress(0x2000)
    program.setFile(1)
    program.addRow(distance: 0, lines: 9, column: 7)
    program.addSpecialRow(distance: 10, lines: 2)
    program.addRow(distance: 10, lines: -12)
    program.setFile(version >= 5 ? 2 : 2)
    program.addRow(distance: 10, lines: 30, column: 3)
    program.endSequence(distance: 10)
    return program
  }

  private func table(_ units: [LineProgramBuilder]) throws -> LineTable {
    var builder = ELFBuilder()
    builder.sections = [.init(name: ".debug_line", bytes: units.flatMap(\.bytes))]
    return try LineTable(ELFFile(bytes: builder.bytes))
  }

  private func position(
    _ table: LineTable, _ address: UInt64, functionStart: UInt64 = 0x2000, size: UInt64 = 0
  ) -> String? {
    var table = table
    return table.source(of: address, function: functionStart..<functionStart + size)
      .map { "\($0.file):\($0.line):\($0.column)" }
  }

  @Test(arguments: [2, 3, 4, 5] as [UInt16])
  func `an address has the line of the row before it`(version: UInt16) throws {
    let table = try table([program(version: version)])
    let folder = version >= 5 ? "/project/Sources" : "Sources"
    #expect(position(table, 0x2000) == "\(folder)/Worker.swift:10:7")
    #expect(position(table, 0x2009) == "\(folder)/Worker.swift:10:7")
    #expect(position(table, 0x200a) == "\(folder)/Worker.swift:12:7")
    #expect(position(table, 0x2027) == "/usr/include/stdio.h:30:3")
  }

  @Test func `an address outside of every sequence has none`() throws {
    let table = try table([program(version: 5)])
    #expect(position(table, 0x1fff) == nil)
    #expect(position(table, 0x2028) == nil)
  }

  @Test func `code without a line takes the one before it in its function`() throws {
    let table = try table([program(version: 5)])
    #expect(position(table, 0x2015) == "/project/Sources/Worker.swift:12:7")
    #expect(position(table, 0x2015, functionStart: 0x2014) == nil)
    #expect(position(table, 0x2015, functionStart: 0x2014, size: 0xa) == nil)
    #expect(
      position(table, 0x2015, functionStart: 0x2014, size: 0xb) == "/usr/include/stdio.h:30:3")
  }

  @Test func `units of both versions stand side by side`() throws {
    var other = LineProgramBuilder(
      version: 4, directories: ["/lib"], files: [("other.c", 1)])
    other.setAddress(0x3000)
    other.addRow(distance: 0, lines: 4)
    other.endSequence(distance: 4)
    let table = try table([other, program(version: 5)])
    #expect(position(table, 0x3001, functionStart: 0x3000) == "/lib/other.c:5:0")
    #expect(position(table, 0x2000) == "/project/Sources/Worker.swift:10:7")
  }

  @Test func `code the linker dropped is not found at address zero`() throws {
    var dropped = LineProgramBuilder(version: 4, directories: [], files: [("dropped.c", 0)])
    dropped.setAddress(0)
    dropped.addRow(distance: 0, lines: 1)
    dropped.endSequence(distance: 0x2_0000)
    let table = try table([dropped, program(version: 5)])
    #expect(position(table, 0x100, functionStart: 0) == nil)
    #expect(position(table, 0x2000) == "/project/Sources/Worker.swift:10:7")
  }

  @Test func `an old unit finds where the compiler ran in the debug information`() throws {
    var program = LineProgramBuilder(version: 4, directories: [], files: [("main.c", 0)])
    program.setAddress(0x2000)
    program.addRow(distance: 0, lines: 1)
    program.endSequence(distance: 4)
    var builder = ELFBuilder()
    builder.sections = [
      .init(name: ".debug_line", bytes: program.bytes),
      .init(name: ".debug_str", bytes: Array("/home/me\0".utf8)),
      .init(
        name: ".debug_abbrev",
        bytes: [1, 0x11, 0, 0x13, 0x05, 0x1b, 0x0e, 0x10, 0x17, 0, 0, 0]),
      .init(
        name: ".debug_info",
        bytes: [18, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ]
    let table = try LineTable(ELFFile(bytes: builder.bytes))
    #expect(position(table, 0x2000) == "/home/me/main.c:2:0")
  }
}
