import ArgumentParser

/// A length of time on the command line: `10s`, `250ms`, `1.5m`, `2h`; a number alone is seconds.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    let digits = argument.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number >= 0, number < 1e9 else { return nil }
    let seconds: Double
    switch argument.dropFirst(digits.count) {
    case "", "s": seconds = number
    case "ms": seconds = number / 1000
    case "us", "µs": seconds = number / 1_000_000
    case "m", "min": seconds = number * 60
    case "h": seconds = number * 3600
    default: return nil
    }
    duration = .seconds(seconds)
  }
}

/// A number of bytes on the command line: `500M`, `1G`; a number alone is bytes.
struct SizeArgument: ExpressibleByArgument {
  let bytes: UInt64

  init?(argument: String) {
    let digits = argument.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number > 0 else { return nil }
    let factors: [String: Double] = ["": 1, "K": 0x400, "M": 0x10_0000, "G": 0x4000_0000]
    let unit = argument.dropFirst(digits.count).uppercased()
    guard let factor = factors[unit], number * factor < 1e18 else { return nil }
    bytes = UInt64(number * factor)
  }
}
