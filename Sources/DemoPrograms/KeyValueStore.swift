/// What the key-value server keeps.
@MainActor
final class KeyValueStore {
  private var values: [Substring: Substring] = [:]
  /// How many clients have left.
  var clientsGone = 0

  /// The answer to a line: `GET key`, `SET key value`.
  func answer(_ line: String) -> String {
    let words = line.split(whereSeparator: \.isWhitespace)
    switch (words.first, words.count) {
    case ("GET", 2): return values[words[1]].map { "VALUE \($0)\n" } ?? "NONE\n"
    case ("SET", 3):
      values[words[1]] = words[2]
      return "OK\n"
    default: return "ERROR\n"
    }
  }

  /// Forgets some entries.
  func forget(_ count: Int) {
    for key in values.keys.prefix(count) { values[key] = nil }
  }

  /// A number that depends on everything in the store.
  @discardableResult
  func digest() -> Int {
    var digest = 0
    for _ in 0..<20 {
      for (key, value) in values { digest = digest &* 31 &+ key.hashValue ^ value.hashValue }
    }
    return digest
  }
}
