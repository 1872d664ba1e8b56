import Glibc
import Testing

@testable import AsyncTopSymbols

/// Files that a crash, a bad disk or an attacker left behind.
@Suite struct `Damaged files` {
  private let addresses: [UInt64] = [0x1000, 0x2000, 0x2015, 0x3000, 0x3001, 0x10fff]

  /// Symbols, and lines of both versions: made up ones, and the first unit of this very program.
  private func goodFile() throws -> [UInt8] {
    var units: [UInt8] = []
    for version: UInt16 in [4, 5] {
      var program = LineProgramBuilder(
        version: version, directories: ["/project", "Sources"], files: [("a.swift", 1), ("b.c", 0)])
      program.setAddress(0x2000 + UInt64(version - 4) * 0x1000)
      for _ in 0..<8 { program.addRow(distance: 4, lines: 2, column: 5) }
      program.endSequence(distance: 4)
      units += program.bytes
    }
    var builder = ELFBuilder()
    builder.functions = (0..<8).map { index in
      .init(name: "$s2td6WorkerC3run\(index)yyYaF", address: 0x2000 + index * 0x400, size: 0x400)
    }
    builder.sections = [
      .init(name: ".debug_line", bytes: units + (try realUnit())),
      .init(name: ".debug_abbrev", bytes: [1, 0x11, 0, 0x13, 0x05, 0x10, 0x17, 0, 0, 0]),
      .init(
        name: ".debug_info",
        bytes: [14, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8, 1, 12, 0, 0, 0, 0, 0]),
    ]
    return builder.bytes
  }

  private func realUnit() throws -> [UInt8] {
    let file = try ELFFile(path: "/proc/self/exe")
    let section = try #require(try file.contents(ofSectionNamed: ".debug_line"))
    let length = min(section.count, 3_000)
    return try section.bytes(at: 0, count: length)
  }

  private func symbolize(_ file: TemporaryFile) -> Int {
    let symbolizer = Symbolizer(trusting: [
      LoadedModule(path: file.path, loadBias: 0, range: 0..<0x2_0000)
    ])
    let found = addresses.compactMap { symbolizer.resolve($0) }.count
    _ = symbolizer.string(at: 0x1100, maxLength: 64)
    return found
  }

  @Test func `the undamaged file has what is asked of it`() throws {
    #expect(symbolize(try TemporaryFile(try goodFile())) == 4)
  }

  @Test func `a file cut short anywhere is survived`() throws {
    let bytes = try goodFile()
    let file = try TemporaryFile([])
    for length in stride(from: 0, to: bytes.count, by: 23) {
      try file.write(Array(bytes[..<length]))
      #expect(symbolize(file) <= addresses.count)
    }
  }

  @Test func `two thousand damaged files are survived`() throws {
    let bytes = try goodFile()
    let file = try TemporaryFile([])
    var generator = SeededGenerator(seed: 2_026)
    // Where the headers are, a change does the most harm.
    let headers = [0..<64 + 56, bytes.count - 64 * 7..<bytes.count, 0..<bytes.count]
    let values: [UInt8] = [0, 1, 0x7f, 0x80, 0xff]
    for round in 0..<2_000 {
      var damaged = bytes
      for _ in 0...Int.random(in: 0..<8, using: &generator) {
        let place = Int.random(in: headers[round % headers.count], using: &generator)
        damaged[place] =
          Bool.random(using: &generator)
          ? values.randomElement(using: &generator) ?? 0
          : UInt8.random(in: 0...255, using: &generator)
      }
      try file.write(damaged)
      #expect(symbolize(file) <= addresses.count)
    }
  }
}
