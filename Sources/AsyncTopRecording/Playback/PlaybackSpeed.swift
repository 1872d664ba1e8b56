/// How fast a recording is played: ¼ to 64 times the speed at which it happened, in powers of two.
public struct PlaybackSpeed: Hashable, Comparable, Sendable, CustomStringConvertible {
  private static let exponents = -2...6
  private var exponent: Int

  /// As fast as it happened.
  public static let normal = PlaybackSpeed(exponent: 0)
  /// A quarter as fast.
  public static let slowest = PlaybackSpeed(exponent: exponents.lowerBound)
  /// 64 times as fast.
  public static let fastest = PlaybackSpeed(exponent: exponents.upperBound)

  private init(exponent: Int) { self.exponent = exponent }

  /// The speed nearest to a factor.
  public init(nearest factor: Double) {
    let exponent = factor > 0 ? factor.binaryLogarithm : -.infinity
    let bounded = max(Double(Self.exponents.lowerBound), min(exponent, 6))
    self.init(exponent: Int(bounded.rounded()))
  }

  /// Seconds of the recording in a second.
  public var factor: Double { exponent < 0 ? 1 / Double(1 << -exponent) : Double(1 << exponent) }

  /// The next greater speed, or the same if there is none.
  public var faster: PlaybackSpeed {
    PlaybackSpeed(exponent: min(exponent + 1, Self.exponents.upperBound))
  }

  /// The next lower speed, or the same if there is none.
  public var slower: PlaybackSpeed {
    PlaybackSpeed(exponent: max(exponent - 1, Self.exponents.lowerBound))
  }

  /// `¼×`, `½×`, `1×`, … `64×`.
  public var description: String {
    switch exponent {
    case -2: "¼×"
    case -1: "½×"
    default: "\(1 << exponent)×"
    }
  }

  /// Whether one speed is lower than the other.
  public static func < (left: PlaybackSpeed, right: PlaybackSpeed) -> Bool {
    left.exponent < right.exponent
  }
}

extension Double {
  fileprivate var binaryLogarithm: Double {
    isFinite ? Double(exponent) + (significand - 1) : 6
  }
}
