import Testing

@testable import AsyncTopSymbols

@Suite struct `Inlined calls` {
  static let source = """
    volatile int sink;
    static inline __attribute__((always_inline)) void inner(int a) {
      sink = a * 3;
    }
    static inline __attribute__((always_inline)) void middle(int a) {
      inner(a + 1);
    }
    __attribute__((noinline)) void outer(int a) {
      middle(a);
      sink = 9;
    }
    int main(int count, char **words) {
      outer(count);
      return 0;
    }
    """

  @Test(arguments: [4, 5])
  func `an address is in all functions that were put into each other, the innermost first`(
    version: Int
  ) throws {
    let program = try CompiledProgram(Self.source, options: ["-O1", "-gdwarf-\(version)"])
    let symbolizer = Symbolizer(trusting: [
      LoadedModule(path: program.path, loadBias: 0, range: 0..<1 << 32)
    ])
    let start = try program.address(of: "outer")
    let locations = symbolizer.locations(of: start)
    #expect(
      locations.map { "\($0.function):\($0.line ?? 0)" } == ["inner:3", "middle:6", "outer:9"])
    #expect(locations.map(\.isInlined) == [true, true, false])
    #expect(locations.allSatisfy { $0.file?.hasSuffix("/program.c") == true })
    #expect(symbolizer.resolve(start)?.function == "inner")
    let stacks = (start..<start + 16).map { symbolizer.locations(of: $0).map(\.function) }
    #expect(stacks.contains(["outer"]))
    #expect(symbolizer.problems.isEmpty)
  }

  @Test func `without debug information there is the linker's function alone`() throws {
    let program = try CompiledProgram(Self.source, options: ["-O1", "-g0"])
    let symbolizer = Symbolizer(trusting: [
      LoadedModule(path: program.path, loadBias: 0, range: 0..<1 << 32)
    ])
    let locations = symbolizer.locations(of: try program.address(of: "outer"))
    #expect(locations.map(\.function) == ["outer"])
    #expect(locations.first?.line == nil)
  }

  /// A unit with one function, and in it one call in two ranges of addresses.
  private func file(version: UInt16, ranges: [UInt8]) throws -> ELFFile {
    var info = ByteList()
    info.append(version)
    if version >= 5 { info.append([1, 8]) }
    info.append(UInt32(0))
    if version < 5 { info.append([8]) }
    info.append([1])
    info.append(UInt32(0))  // the line table
    info.append(UInt64(0x2000))
    let function = 4 + info.count
    info.append([2])
    info.append(UInt64(0x2000))
    info.append(UInt32(0x100))
    info.append("whole")
    info.append([3])
    info.append(UInt32(function))
    info.append(UInt32(0))
    info.append([0, 0])
    var unit = ByteList()
    unit.append(UInt32(info.count))
    unit.append(info.bytes)
    var program = LineProgramBuilder(version: 4, directories: [], files: [("a.c", 0)])
    program.setAddress(0x2000)
    program.addRow(distance: 0, lines: 1)
    program.endSequence(distance: 0x100)
    var builder = ELFBuilder()
    builder.sections = [
      .init(name: ".debug_line", bytes: program.bytes),
      .init(name: ".debug_info", bytes: unit.bytes),
      .init(
        name: ".debug_abbrev",
        bytes: [
          1, 0x11, 1, 0x10, 0x17, 0x11, 0x01, 0, 0,
          2, 0x2e, 1, 0x11, 0x01, 0x12, 0x06, 0x03, 0x08, 0, 0,
          3, 0x1d, 0, 0x31, 0x13, 0x55, 0x17, 0, 0, 0,
        ]),
      .init(name: version >= 5 ? ".debug_rnglists" : ".debug_ranges", bytes: ranges),
    ]
    return try ELFFile(bytes: builder.bytes)
  }

  private func calls(in file: ELFFile) throws -> [UInt64] {
    let lines = try LineTable(file)
    var calls = InlinedCalls(file, units: lines.debugUnits)
    return try (UInt64(0x2000)..<0x2030).filter { address in
      try !calls.calls(at: address, in: lines.debugUnits(of: address)).isEmpty
    }
  }

  @Test func `a call may be in several ranges of DWARF 4`() throws {
    var ranges = ByteList()
    for word: UInt64 in [2, 4, .max, 0x2010, 1, 3, 5, 5, 0, 0] { ranges.append(word) }
    let found = try calls(in: file(version: 4, ranges: ranges.bytes))
    #expect(found == [0x2002, 0x2003, 0x2011, 0x2012])
  }

  @Test func `a call may be in several ranges of DWARF 5`() throws {
    var ranges = ByteList()
    ranges.append([4, 2, 4, 5])
    ranges.append(UInt64(0x2010))
    ranges.append([4, 1, 3, 6])
    for word: UInt64 in [0x2020, 0x2022] { ranges.append(word) }
    ranges.append([7])
    ranges.append(UInt64(0x2028))
    ranges.append([1, 0])
    let found = try calls(in: file(version: 5, ranges: ranges.bytes))
    #expect(found == [0x2002, 0x2003, 0x2011, 0x2012, 0x2020, 0x2021, 0x2028])
  }
}
