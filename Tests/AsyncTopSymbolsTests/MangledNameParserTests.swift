import Testing

@testable import AsyncTopSymbols

@Suite(.timeLimit(.minutes(2))) struct `Hostile names` {
  /// A dictionary of the dictionary before it, twice, and so on: 26 take half a gigabyte of text.
  private func bomb(_ depth: Int) -> String {
    "$s4main1ayySDySiSiG"
      + (0..<depth).map { "SDyA2\(Character(UnicodeScalar(UInt8(66 + $0))))G" }.joined()
  }

  @Test func `a name that doubles itself is no longer than it was`() {
    for depth in 0...25 {
      let name = FunctionName(mangled: bomb(depth)).simplified
      #expect(name.utf8.count <= bomb(depth).utf8.count)
    }
  }

  @Test(arguments: [
    "$s1aA1048577A", "$s1aA99999999999999999999A", "$s\u{1}abcd", "$sA", "$sA9", "$sS9", "$s",
    "$s9", "$s99999999999999999999a", "$s0", "$s00", "$s0a", "$s005a_b", "$s009aaaaaaaaa",
    "$sL_", "$sF", "$sfU_", "$sTW", "$sTf4", "$sTf4c_", "$sIe", "$sIeg", "$sR", "$sxRz", "$sr",
    "$sT", "$sW", "$sM", "$sY", "$sX", "$sXM", "$sQ", "$sB", "$sH", "$sw", "$s.", "$s$", "$s$n",
    "$S",
  ])
  func `a name that is none is left as it is`(name: String) {
    #expect(FunctionName(mangled: name).simplified == name)
  }

  @Test(arguments: [("$s", "S2000i", 600), ("$s1a", "A2000A", 600), ("$s", "1a", 9_000)])
  func `one part again and again is no name`(start: String, part: String, count: Int) {
    let name = start + String(repeating: part, count: count)
    #expect(FunctionName(mangled: name).simplified == name)
  }

  @Test func `words may be repeated only so often`() {
    let word = String(repeating: "a", count: 8_000)
    let name = "$s8000\(word)0" + String(repeating: "a", count: 8_000) + "A0yyF"
    #expect((MangledNameParser.parse(name)?.text.utf8.count ?? 0) <= 1 << 17)
  }

  @Test func `an identifier in Punycode is read`() {
    #expect(FunctionName(mangled: "$s2td0010Elkia_gJEbyyF").simplified.hasPrefix("El"))
  }

  @Test func `operators in any order have an end`() {
    let pieces = [
      "SDy", "Say", "G", "Sg", "t", "_", "AA", "AB", "AC", "A2A", "A2B", "A3C", "AaB", "AbcD",
      "A2000D", "A_", "A0_", "1a", "3abC", "C", "V", "F", "y", "c", "Si", "S3i", "x", "q_", "l",
      "YaF", "TA", "L_", "P", "_p", "m", "z", "0A", "04mainA", "Q", "Hg", "g", "fM_", "vg", "fU_",
      "Tg5", "TW", "E", "Rz", "RzSH", "u", "Wl", "Ieg_", "Tf4nc_n", "XE", "Qz", "Qy_", "iM", "LL",
    ]
    var generator = SeededGenerator(seed: 155)
    for _ in 0..<20_000 {
      var name = "$s4main1a"
      for _ in 0..<Int.random(in: 1..<60, using: &generator) {
        name += pieces.randomElement(using: &generator) ?? ""
      }
      #expect(FunctionName(mangled: name).simplified.utf8.count <= 1 << 17)
    }
  }

  @Test func `real names with a few changed letters are survived`() throws {
    let table = try SymbolTable(ELFFile(path: "/proc/self/exe"))
    let letters = Array("ABCDEFGHIKLMNOPQRSTUVWXYZ_abcdefghilmnopqrstuvwxyz0123456789.$".utf8)
    var generator = SeededGenerator(seed: 479)
    for function in table.functions.prefix(4_000) {
      guard let name = table.name(of: function), name.hasPrefix("$s") else { continue }
      var bytes = Array(name.utf8)
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] = letters.randomElement(using: &generator) ?? 0
      }
      let text = FunctionName(mangled: String(decoding: bytes, as: UTF8.self)).simplified
      #expect(text.utf8.count <= 1 << 17)
    }
  }
}
