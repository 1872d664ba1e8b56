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
