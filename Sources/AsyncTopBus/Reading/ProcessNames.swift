import AsyncTopLinux

/// The names that a process goes by, as bytes: what it chose may be cut in the middle of a
/// character, or hold anything else.
struct ProcessNames: Hashable, Sendable {
  /// The most that the kernel keeps of a name.
  static let limit = 15

  /// What the kernel keeps.
  let kept: [UInt8]
  /// The file name of the executable; empty if it may not be known.
  let executable: [UInt8]

  init(kept: [UInt8], executable: [UInt8]) {
    self.kept = kept
    self.executable = executable
  }

  /// Asks the kernel.
  init(of process: Int32) {
    self.init(
      kept: ProcessFiles.name(of: process), executable: ProcessFiles.executableName(of: process))
  }

  /// The name for people: the whole one if the kernel cut it and the executable still has it.
  var shown: String {
    let isCut = kept.count == Self.limit && executable.starts(with: kept)
    return Self.text(isCut ? executable : kept)
  }

  /// The bytes as text, without a character of which only the start is there.
  private static func text(_ bytes: [UInt8]) -> String {
    for dropped in 0..<min(4, bytes.count + 1) {
      if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) { return text }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The things that go by a name: by what the kernel keeps, or else by their executables.
  ///
  /// Where the kernel has cut several to the same name, those whose executable has all of it.
  static func matches<Named>(
    of wanted: String, in all: [Named], names: (Named) -> ProcessNames
  ) -> [Named] {
    let bytes = wanted.utf8
    let exact = all.filter { names($0).executable.elementsEqual(bytes) }
    let found = all.filter { names($0).kept.elementsEqual(bytes.prefix(limit)) }
    if bytes.count > limit && !exact.isEmpty { return exact }
    if !found.isEmpty { return found }
    return exact.isEmpty ? all.filter { names($0).shown == wanted } : exact
  }
}

/// Names in messages, which come from other processes and may hold anything.
enum SafeName {
  /// The name with everything but plain visible characters replaced, at most 40 of them.
  static func of(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.prefix(40).map { scalar in
          let isPlain = scalar.isASCII ? (0x20..<0x7f).contains(scalar.value) : isLetter(scalar)
          return isPlain ? scalar : "?"
        }))
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic
  }
}
