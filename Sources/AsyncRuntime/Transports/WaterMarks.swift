/// When who fills a buffer should stop, and when go on.
///
/// Says so once for each time: strictly in turns.
struct WaterMarks {
  /// Above this many bytes, stop.
  private(set) var high: Int
  /// At this many or less, go on.
  private(set) var low: Int
  /// Whether it has said to stop, and not yet to go on.
  private(set) var isAbove = false

  static let usualHigh = 64 * 1024

  init(high: Int = usualHigh) {
    self.high = high
    low = high / 4
  }

  /// Sets new marks; without a low one, a quarter of the high one.
  mutating func set(high: Int?, low: Int?) {
    let top = high ?? low.map(Self.high(for:)) ?? Self.usualHigh
    let bottom = low ?? top / 4
    if top < bottom || bottom < 0 {
      EventLoop.refuse("setWriteBufferLimits: \(top) and \(bottom) are not high ≥ low ≥ 0")
    }
    self.high = top
    self.low = bottom
  }

  // Four times as much, or as much as there is.
  private static func high(for low: Int) -> Int {
    let (high, overflow) = low.multipliedReportingOverflow(by: 4)
    return overflow && low > 0 ? .max : high
  }

  /// The buffer has grown.
  ///
  /// Returns whether to stop from now on.
  mutating func grew(to count: Int) -> Bool {
    guard count > high, !isAbove else { return false }
    isAbove = true
    return true
  }

  /// The buffer has shrunk.
  ///
  /// Returns whether to go on.
  mutating func shrank(to count: Int) -> Bool {
    guard count <= low, isAbove else { return false }
    isAbove = false
    return true
  }
}
