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
