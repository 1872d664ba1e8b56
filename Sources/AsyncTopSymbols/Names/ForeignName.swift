/// Names of C++ functions, as far as a person wants to read them: `swift::AsyncTask::waitFuture`.
enum ForeignName {
  /// The most parts of a name.
  private static let partLimit = 32

  /// A name of the Itanium ABI without its parameters; nil for one that isn't C++, or that has more
  /// to it than names in names.
  static func simplified(_ mangled: String) -> String? {
    guard mangled.hasPrefix("_Z") else { return nil }
    var rest = mangled.utf8.dropFirst(2)
    while rest.first == UInt8(ascii: "Z") { rest.removeFirst() }
    let isNested = rest.first == UInt8(ascii: "N")
    if isNested { rest.removeFirst() }
    // Whether it is constant, volatile, or known to its file only.
    while let byte = rest.first, "KVrL".utf8.contains(byte) { rest.removeFirst() }
    var parts: [String] = []
    if rest.starts(with: "St".utf8) {
      rest = rest.dropFirst(2)
      parts.append("std")
    }
    while let part = takePart(&rest), parts.count < partLimit {
      parts.append(part == "_GLOBAL__N_1" ? "(anonymous)" : part)
      if !isNested { break }
    }
    return parts.isEmpty || parts == ["std"] ? nil : parts.joined(separator: "::")
  }

  /// A number, and as many bytes.
  private static func takePart(_ rest: inout Substring.UTF8View) -> String? {
    let digits = rest.prefix(4).prefix { $0.isDigit }
    guard let count = Int(String(Substring(digits))), count > 0,
      rest.count - digits.count >= count
    else { return nil }
    let name = rest.dropFirst(digits.count).prefix(count)
    rest = rest.dropFirst(digits.count + count)
    return String(Substring(name))
  }
}
