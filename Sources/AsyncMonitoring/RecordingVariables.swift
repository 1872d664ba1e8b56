import AsyncTopLinux

/// What the environment says of a recording: `ASYNCTOP_RECORD` and the variables beside it.
struct RecordingVariables {
  private static let (record, size, keeping) = (
    "ASYNCTOP_RECORD", "ASYNCTOP_RECORD_SIZE", "ASYNCTOP_RECORD_KEEPING"
  )

  private let values: [String: String]

  /// Takes those that are set; an empty one is not.
  init(_ environment: [String: String] = Program.environment(of: [record, size, keeping])) {
    values = environment.filter { !$0.value.isEmpty }
  }

  /// The file; nil if nothing is to be recorded.
  var path: String? { values[Self.record] }

  /// Its greatest size in bytes; nil for no limit.
  var maximumSize: UInt64? {
    get throws(MonitorError) {
      try read(Self.size, "a size such as 500M or 2G") { text in
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let shifts = ["": 0, "K": 10, "M": 20, "G": 30]
        guard let number = UInt64(digits), number > 0,
          let shift = shifts[text.dropFirst(digits.count).uppercased()]
        else { return nil }
        let (bytes, isTooMuch) = number.multipliedReportingOverflow(by: 1 << shift)
        return isTooMuch ? nil : bytes
      }
    }
  }

  /// How many of the earlier recordings stay; nil for all.
  var keeping: Int? {
    get throws(MonitorError) {
      try read(Self.keeping, "a number") { text in Int(text).flatMap { $0 < 0 ? nil : $0 } }
    }
  }

  // A value that can't be read must not pass for one that is missing: no limit is not what was
  // asked for.
  private func read<Value>(
    _ name: String, _ kind: String, _ parse: (String) -> Value?
  ) throws(MonitorError) -> Value? {
    guard let text = values[name] else { return nil }
    guard let value = parse(text) else {
      throw MonitorError(.recording, "\(name)=\(text) is not \(kind)")
    }
    return value
  }
}
