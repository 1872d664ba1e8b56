import Testing

@testable import AsyncTopSymbols

@Suite struct `ELF files` {
  private func builder() -> ELFBuilder {
    var builder = ELFBuilder()
    builder.functions = [
      .init(name: "outer", address: 0x2000, size: 0x100),
      .init(name: "inner", address: 0x2010, size: 0x10),
      .init(name: "last", address: 0x3000, size: 0),
    ]
    builder.sections = [.init(name: ".rodata", bytes: Array("a text\0no end".utf8))]
    return builder
  }

  private func name(_ address: UInt64) throws -> String? {
    let symbols = try SymbolTable(ELFFile(bytes: builder().bytes))
    return symbols.function(at: address).flatMap { symbols.name(of: $0) }
  }

  @Test func `a function is found by any of its addresses`() throws {
    #expect(try name(0x1fff) == nil)
    #expect(try name(0x2000) == "outer")
    #expect(try name(0x2015) == "inner")
    #expect(try name(0x2020) == "outer")
    #expect(try name(0x20ff) == "outer")
    #expect(try name(0x2100) == nil)
    #expect(try name(0x3456) == "last")
  }

  @Test func `a text is read only from what a process can't write`() throws {
    var builder = builder()
    let start = builder.address + 64 + 56
    let file = try TemporaryFile(builder.bytes)
    #expect(try ELFFile(path: file.path).string(at: start, limit: 100) == "a text")
    #expect(try ELFFile(path: file.path).string(at: start, limit: 6) == nil)
    #expect(try ELFFile(path: file.path).string(at: 0, limit: 6) == nil)
    builder.segmentFlags = 6
    try file.write(builder.bytes)
    #expect(try ELFFile(path: file.path).string(at: start, limit: 100) == nil)
  }

  @Test func `the build id is read from its note`() throws {
    var builder = builder()
    let otherNote: [UInt8] = [2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0x47, 0, 0, 0, 5, 0, 0, 0]
    let note: [UInt8] = [4, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0x47, 0x4e, 0x55, 0, 9, 8, 7]
    builder.sections.append(.init(name: ".note", type: 7, bytes: otherNote + note))
    #expect(try ELFFile(bytes: builder.bytes).buildID == [9, 8, 7])
    builder.sections[1].bytes.removeLast()
    #expect(try ELFFile(bytes: builder.bytes).buildID == nil)
  }

  struct NotELF: CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let code: SymbolicationError.Code

    init(_ name: String, _ bytes: [UInt8], _ code: SymbolicationError.Code) {
      (testDescription, self.bytes, self.code) = (name, bytes, code)
    }
  }

  @Test(arguments: [
    NotELF("nothing", [], .notELF), NotELF("a script", Array("#!/bin/sh\n".utf8), .notELF),
    NotELF("32 bits", [0x7f, 0x45, 0x4c, 0x46, 1, 1] + Array(repeating: 0, count: 80), .notELF),
    NotELF("70 bytes", Array(ELFBuilder().bytes.prefix(70)), .truncated),
  ])
  func `what is no ELF file says so`(input: NotELF) throws {
    let file = try TemporaryFile(input.bytes)
    let error = #expect(throws: SymbolicationError.self) { try ELFFile(path: file.path) }
    #expect(error?.code == input.code)
    #expect(error?.path == file.path)
  }

  @Test(arguments: ["/nonexistent", "/tmp", "/dev/null"])
  func `what is no file says so`(path: String) {
    let error = #expect(throws: SymbolicationError.self) { try ELFFile(path: path) }
    #expect(error?.code == .cannotOpen)
  }

  @Test func `long numbers are read to their end`() throws {
    let file = try TemporaryFile([0xe5, 0x8e, 0x26, 0x7f] + [UInt8](repeating: 0xff, count: 12))
    var cursor = ByteCursor(ByteView(try ByteSource(path: file.path)))
    #expect(try cursor.readULEB() == 624_485)
    #expect(try cursor.readSLEB() == -1)
    #expect(throws: SymbolicationError.self) { try cursor.readULEB() }
  }
}
