import Testing

@Suite struct `Names` {
  private func stem(_ path: String, _ text: String) -> Int {
    NameRules.stem(SourceFile(path, text)).count
  }

  @Test(arguments: [
    "Sources/A/StringUtilities.swift", "Sources/Common/A.swift", "Sources/A/Helpers.c",
    "Tests/ATests/A+Types.swift",
  ])
  func `a name that says nothing is found`(path: String) {
    #expect(NameRules.names(SourceFile(path, "")).count == 1)
  }

  @Test(arguments: ["Sources/A/TypesetText.swift", "Sources/Commonwealth/A.swift"])
  func `a part of a longer word is no such name`(path: String) {
    #expect(NameRules.names(SourceFile(path, "")).isEmpty)
  }

  @Test(arguments: [
    ("Sources/A/Ring.swift", "public final class Ring<Element>: Sendable {\n}"),
    ("Sources/A/Ring.swift", "@safe\npublic struct Ring {}"),
    ("Sources/A/Ring+Codable.swift", "extension Ring: Codable where A: B {}"),
    ("Sources/A/Ring.Slot.swift", "extension Ring.Slot {}"),
    ("Sources/A/Slot.swift", "extension Ring.Slot {}"),
    ("Sources/A/main.swift", "print(1)"),
    ("Sources/A/names.c", "int a;"),
    ("Tests/ATests/RingTests.swift", "@Suite struct `A ring` {}"),
  ])
  func `a file is named after a type in it`(path: String, text: String) {
    #expect(stem(path, text) == 0)
  }

  @Test(arguments: [
    ("Sources/A/Ring.swift", "struct Loop { struct Ring {} }\n"),
    ("Sources/A/Ring.swift", "// struct Ring\nstruct Rings {}"),
    ("Sources/A/Ring Slots.swift", "struct Ring {}"),
    ("Sources/A/RingTests.swift", "struct Ring {}"),
    ("Tests/ATests/RingTests.swift", "struct Ring {}"),
  ])
  func `a file that isn't is found`(path: String, text: String) {
    #expect(stem(path, text) == 1)
  }

  @Test func `a file has three types of some size, and as many small ones as they need`() {
    func type(_ head: String, lines: Int) -> String {
      head + " {\n" + String(repeating: "  var a: B { get }\n", count: lines - 2) + "}\n"
    }
    let three = ["struct A", "enum B", "protocol C"].map { type($0, lines: 40) }.joined()
    let more = three + "enum D {}\n" + type("struct E", lines: 39) + type("extension A", lines: 50)
    #expect(NameRules.typeCount(SourceFile("A.swift", more)).isEmpty)
    #expect(
      NameRules.typeCount(SourceFile("A.swift", more + type("actor F", lines: 40))).map(\.line)
        == [211])
  }
}
