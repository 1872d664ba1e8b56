/// Moments of a recording as people write them.
public enum MomentText {
  /// A moment to the nearest millisecond: `1:02.345`, `2:03:04.000`.
  public static func text(_ moment: Duration) -> String {
    let (seconds, attoseconds) = (max(moment, .zero) + .microseconds(500)).components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    let hours = seconds / 3_600
    let minutes = seconds / 60 % 60
    let rest = "\(padded(seconds % 60, 2)).\(padded(milliseconds, 3))"
    return hours > 0 ? "\(hours):\(padded(minutes, 2)):\(rest)" : "\(minutes):\(rest)"
  }

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

extension MomentText {
  /// Reads a moment that someone typed.
  ///
  /// - Parameters:
  ///   - text: `12.5` or `12.5s` (seconds), `1:30`, `1:02:03.5`, `200ms`, `2m`, `1h`, `40%`; with
  ///     `+` or `-` before it, from where playback stands.
  ///   - position: Where playback stands.
  ///   - duration: The length of the recording.
  /// - Returns: The moment, within the recording; nil if the text is none.
  public static func moment(
    _ text: String, from position: Duration, in duration: Duration
  ) -> Duration? {
    var rest = Substring(text.filter { $0 != " " })
    guard let first = rest.first else { return nil }
    let sign: Double? = first == "+" ? 1 : first == "-" ? -1 : nil
    if sign != nil { rest.removeFirst() }
    let length = seconds(duration)
    guard let amount = amount(rest, length: length) else { return nil }
    let wanted = sign.map { seconds(position) + $0 * amount } ?? amount
    return .milliseconds(Int64((min(max(wanted, 0), length) * 1000).rounded()))
  }

  /// Whether a text names a moment, not one from where playback stands, that is after the end.
  static func isBeyondEnd(_ text: String, of duration: Duration) -> Bool {
    let length = seconds(duration)
    let amount = amount(Substring(text.filter { $0 != " " }), length: length)
    return amount.map { $0 > length + 0.0005 } ?? false
  }

  /// An amount of time in seconds.
  private static func amount(_ text: Substring, length: Double) -> Double? {
    let units: [(String, Double)] = [
      ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("%", length / 100),
    ]
    for (unit, factor) in units where text.hasSuffix(unit) {
      return number(text.dropLast(unit.count)).map { $0 * factor }
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 3 else { return nil }
    var total = 0.0
    for part in parts {
      guard let value = number(part) else { return nil }
      total = total * 60 + value
    }
    return total
  }

  /// A plain decimal number, not negative and not absurd.
  private static func number(_ text: Substring) -> Double? {
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let value = Double(text), value < 1e9
    else { return nil }
    return value
  }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
