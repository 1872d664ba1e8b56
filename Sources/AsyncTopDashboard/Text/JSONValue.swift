/// A value of JSON (RFC 8259), whose members keep their order.
enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(UInt64)
  case signed(Int64)
  /// A number that is finite.
  case decimal(Double)
  case string(String)
  case array([JSONValue])
  case object([(name: String, value: JSONValue)])

  /// A number without an exponent, with up to three digits after the point.
  static func text(of number: Double) -> String {
    let thousandths = Int64(min(max(number, -1e15), 1e15) * 1000)
    let rest = thousandths.magnitude % 1000
    let digits = String(repeating: "0", count: 3 - "\(rest)".count) + "\(rest)"
    let sign = thousandths < 0 ? "-" : ""
    return sign + "\(thousandths.magnitude / 1000)" + (rest == 0 ? "" : ".\(digits)")
  }
}

extension String {
  /// The name of a column as that of a member: `meanPoll` is `mean_poll`.
  var snakeCased: String {
    reduce(into: "") { name, character in
      name += character.isUppercase ? "_\(character.lowercased())" : String(character)
    }
  }
}
