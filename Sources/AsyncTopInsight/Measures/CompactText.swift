import AsyncTopBus

/// Numbers as people read them, in few columns and the same everywhere.
public enum CompactText {
  /// A duration: `850ns`, `1.2ms`, `45s`, `3m 4s`, `12m`, `2h 5m`, `3d 4h`.
  public static func duration(_ nanoseconds: UInt64) -> String {
    switch nanoseconds {
    case 0: return "0"
    case ..<1_000: return text(nanoseconds, "ns")
    case ..<999_500: return decimal(nanoseconds, 1_000, "µs")
    case ..<999_500_000: return decimal(nanoseconds, 1_000_000, "ms")
    case ..<59_500_000_000: return decimal(nanoseconds, 1_000_000_000, "s")
    default: break
    }
    let seconds = nanoseconds / 1_000_000_000 + (nanoseconds % 1_000_000_000 >= 500_000_000 ? 1 : 0)
    switch seconds {
    case ..<3_600: return pair(seconds / 60, "m", seconds % 60, "s")
    case ..<86_400: return pair(seconds / 3_600, "h", seconds / 60 % 60, "m")
    default: return pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h")
    }
  }

  /// The smaller unit is left out where there are two digits of the larger, so that six columns do.
  private static func pair(
    _ large: UInt64, _ unit: StaticString, _ small: UInt64, _ smallUnit: StaticString
  ) -> String {
    large < 10 ? text(large, unit) + " " + text(small, smallUnit) : text(large, unit)
  }

  /// A number of things: `9999`, `12.3k`, `1.2M`, `3.4G`.
  public static func count(_ number: UInt64) -> String {
    switch number {
    case ..<10_000: return String(number)
    case ..<99_950: return tenths(number, 1_000, "k")
    case ..<999_500: return "\((number + 500) / 1_000)k"
    case ..<999_500_000: return decimal(number, 1_000_000, "M")
    case ..<999_500_000_000: return decimal(number, 1_000_000_000, "G")
    default: return decimal(number, 1_000_000_000_000, "T")
    }
  }

  /// A number of things in a second.
  public static func rate(_ perSecond: Double) -> String {
    guard perSecond > 0 else { return "0/s" }
    if perSecond < 9.95 {
      let tenths = UInt64(saturating: perSecond * 10)
      return tenths % 10 == 0 ? "\(tenths / 10)/s" : "\(tenths / 10).\(tenths % 10)/s"
    }
    return count(UInt64(saturating: perSecond)) + "/s"
  }

  /// A number of things in a second, where a title says so: `0`, `0.4`, `<0.1`, `12.3k`.
  public static func perSecond(_ rate: Double) -> String {
    rate > 0 && rate < 0.05 ? "<0.1" : String(self.rate(rate).dropLast(2))
  }

  /// A part of something: `0%`, `0.3%`, `9.6%`, `42%`, also more than all of it.
  public static func share(_ part: Double) -> String {
    let percent = min(max(part * 100, 0), 1e9)
    if percent >= 9.95 { return "\(UInt64(saturating: percent))%" }
    if percent > 0 && percent < 0.05 { return "<0.1%" }
    let tenths = UInt64(saturating: percent * 10)
    return tenths == 0 ? "0%" : "\(tenths / 10).\(tenths % 10)%"
  }

  /// A number of bytes: `512B`, `1.2kB`, `3.4MB`.
  public static func bytes(_ number: UInt64) -> String {
    switch number {
    case ..<1_000: return "\(number)B"
    case ..<999_500: return decimal(number, 1_000, "kB")
    case ..<999_500_000: return decimal(number, 1_000_000, "MB")
    default: return decimal(number, 1_000_000_000, "GB")
    }
  }

  /// A part of a whole: `0%`, `<1%`, `42%`.
  public static func percent(_ part: UInt64, of whole: UInt64) -> String {
    guard whole > 0, part > 0 else { return "0%" }
    let percent = UInt64(saturating: min(Double(part) * 100 / Double(whole), 100))
    return percent == 0 ? "<1%" : "\(percent)%"
  }

  /// With a decimal where there is one digit before it.
  private static func decimal(_ number: UInt64, _ unit: UInt64, _ name: StaticString) -> String {
    number < unit * 9 + unit / 20 * 19
      ? tenths(number, unit, name) : text((number +| unit / 2) / unit, name)
  }

  private static func tenths(_ number: UInt64, _ unit: UInt64, _ name: StaticString) -> String {
    let tenths = (number + unit / 20) / (unit / 10)
    return text(tenths / 10, tenth: tenths % 10, name)
  }

  /// A number, perhaps with a decimal, and its unit.
  ///
  /// A million rows have five million of these, and an interpolation takes five times as long.
  private static func text(
    _ number: UInt64, tenth: UInt64? = nil, _ unit: StaticString
  ) -> String {
    var length = 1
    var rest = number
    while rest >= 10 { (length, rest) = (length + 1, rest / 10) }
    let digits = length
    length += (tenth == nil ? 0 : 2) + unit.utf8CodeUnitCount
    return unsafe String(unsafeUninitializedCapacity: length) { buffer in
      rest = number
      for place in (0..<digits).reversed() {
        unsafe buffer[place] = UInt8(0x30 + rest % 10)
        rest /= 10
      }
      var end = digits
      if let tenth {
        unsafe buffer[end] = 0x2E
        unsafe buffer[end + 1] = UInt8(0x30 + tenth % 10)
        end += 2
      }
      for place in 0..<unit.utf8CodeUnitCount {
        unsafe buffer[end + place] = unit.utf8Start[place]
      }
      return length
    }
  }

  /// A place in a line: `1st`, `22nd`, `13th`.
  public static func ordinal(_ place: Int) -> String {
    switch (place % 10, place % 100) {
    case (_, 11...13): "\(place)th"
    case (1, _): "\(place)st"
    case (2, _): "\(place)nd"
    case (3, _): "\(place)rd"
    default: "\(place)th"
    }
  }
}
