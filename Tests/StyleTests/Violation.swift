/// A place that breaks a rule.
struct Violation: Sendable, Equatable, CustomStringConvertible {
  let path: String
  var line = 1
  let message: String

  var description: String { "\(path):\(line): \(message)" }
}
