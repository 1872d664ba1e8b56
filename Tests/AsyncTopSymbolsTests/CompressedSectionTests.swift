import Foundation
import Testing

@testable import AsyncTopSymbols

@Suite struct `Compressed sections` {
  private func unpack(
    _ method: UInt32, _ packed: [UInt8], size: Int
  ) throws -> [UInt8] {
    var header = ByteList()
    for word in [method, 0] { header.append(word) }
    for word in [UInt64(size), 1] { header.append(word) }
    var builder = ELFBuilder()
    builder.sections = [.init(name: ".debug_line", flags: 0x800, bytes: header.bytes + packed)]
    let file = try ELFFile(bytes: builder.bytes)
    let contents = try #require(try file.contents(ofSectionNamed: ".debug_line"))
    return try contents.bytes(at: 0, count: contents.count)
  }

  @Test(arguments: [4, 5])
  func `compressed debug information is read`(version: Int) throws {
    let program = try CompiledProgram(
      `Inlined calls`.source,
      options: ["-O1", "-gdwarf-\(version)", "-Wl,--compress-debug-sections=zlib"])
    #expect(try ELFFile(path: program.path).section(named: ".debug_info")?.isCompressed == true)
    let symbolizer = Symbolizer(trusting: [
      LoadedModule(path: program.path, loadBias: 0, range: 0..<1 << 32)
    ])
    let locations = symbolizer.locations(of: try program.address(of: "outer"))
    #expect(
      locations.map { "\($0.function):\($0.line ?? 0)" } == ["inner:3", "middle:6", "outer:9"])
  }

  /// Text of a few words, numbers in order, zeros, and bytes in no order, of many lengths.
  @Test func `whatever zlib packs is unpacked to the same bytes`() throws {
    var generator = SeededGenerator(seed: 7)
    var contents: [[UInt8]] = []
    for size in [1, 2, 300, 5_000, 70_000, 300_000] {
      contents.append([UInt8](repeating: 0, count: min(size, 60_000)))
      contents.append((0..<min(size, 60_000)).map { UInt8(truncatingIfNeeded: $0 / 3) })
      contents.append(
        (0..<size).map { _ in UInt8.random(in: 0...3, using: &generator) &* 67 })
      let words = ["sink ", "outer ", "middle", "$s4Demo", "yyYaF", "\n"].map { Array($0.utf8) }
      var text: [UInt8] = []
      while text.count < size { text += words.randomElement(using: &generator) ?? [] }
      contents.append(text)
    }
    let program = try CompiledProgram("int main(void) { return 0; }", options: ["-g0"])
    for (number, bytes) in contents.enumerated() {
      let path = "\(program.folder)/\(number)"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      try program.copy("--add-section=.debug_x\(number)=\(path)", "program", "program")
    }
    try program.copy("--compress-debug-sections=zlib", "program", "program")
    let file = try ELFFile(path: program.path)
    var packed = 0
    for (number, bytes) in contents.enumerated() {
      let section = try #require(file.section(named: ".debug_x\(number)"))
      if section.isCompressed { packed += 1 }
      #expect(try file.contents(of: section).bytes(at: 0, count: bytes.count) == bytes)
    }
    #expect(packed > 12)
  }

  /// A stream of one block that is stored as it is: 5 bytes, and their checksum.
  private let stored: [UInt8] = [
    0x78, 0x01, 1, 5, 0, 0xfa, 0xff, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x06, 0x2c, 0x02, 0x15,
  ]

  @Test func `a block that zlib stored is read`() throws {
    #expect(try unpack(1, stored, size: 5) == Array("hello".utf8))
  }

  @Test func `a damaged stream is an error`() throws {
    for place in stored.indices {
      var damaged = stored
      damaged[place] ^= 0x5a
      let error = #expect(throws: SymbolicationError.self) { try unpack(1, damaged, size: 5) }
      #expect(error?.code == .malformed)
    }
    #expect(throws: SymbolicationError.self) { try unpack(1, stored, size: 4) }
    #expect(throws: SymbolicationError.self) { try unpack(1, stored, size: 6) }
    for length in stored.indices {
      #expect(throws: SymbolicationError.self) { try unpack(1, Array(stored[..<length]), size: 5) }
    }
  }

  @Test func `thousands of random streams are survived`() throws {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<5_000 {
      let bytes = (0..<Int.random(in: 0..<80, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      for first: UInt8 in [1, 3, 5] {
        _ = try? Inflation.unpack([0x78, 0x01, first] + bytes, count: 500, path: "")
      }
    }
  }

  @Test(arguments: [1, 2] as [UInt32])
  func `a section that claims far more than it has is refused`(method: UInt32) {
    for size in [1 << 40, 1 << 28, 1 << 20] {
      let error = #expect(throws: SymbolicationError.self) {
        try unpack(method, stored, size: size)
      }
      #expect(error?.code == .unsupported)
    }
  }

  @Test func `an unknown method is named`() {
    let error = #expect(throws: SymbolicationError.self) { try unpack(3, [1, 2, 3], size: 5) }
    #expect(error?.code == .unsupported)
  }

  /// A frame of one block that is stored as it is, and one that repeats a byte.
  @Test func `zstd is read where the library is, else the message names it`() throws {
    let frame: [UInt8] =
      [0x28, 0xb5, 0x2f, 0xfd, 0x20, 8, 0x28, 0, 0] + Array("hello".utf8)
      + [0x1b, 0, 0, 0x21]
    do {
      #expect(try unpack(2, frame, size: 8) == Array("hello!!!".utf8))
      #expect(throws: SymbolicationError.self) { try unpack(2, Array(frame.dropLast()), size: 8) }
    } catch let error as SymbolicationError where error.code == .unsupported {
      #expect(error.message.contains("install libzstd"))
    }
  }
}
