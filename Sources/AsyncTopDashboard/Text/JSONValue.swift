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

  /// The text; members and elements of the outermost two levels stand on lines of their own.
  var text: String {
    var text = ""
    write(to: &text, depth: 0)
    return text
  }

  /// The text on one line.
  var line: String {
    var text = ""
    write(to: &text, depth: 2)
    return text
  }

  private func write(to text: inout String, depth: Int) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value): text += String(value)
    case .signed(let value): text += String(value)
    case .decimal(let value): text += value.isFinite ? JSONValue.text(of: value) : "null"
    case .string(let value): JSONValue.write(value, to: &text)
    case .array(let elements):
      JSONValue.write(elements.count, "[", "]", to: &text, depth: depth) { index, text in
        elements[index].write(to: &text, depth: depth + 1)
      }
    case .object(let members):
      JSONValue.write(members.count, "{", "}", to: &text, depth: depth) { index, text in
        JSONValue.write(members[index].name, to: &text)
        text += ": "
        members[index].value.write(to: &text, depth: depth + 1)
      }
    }
  }

  /// Without an exponent, up to three digits after the point.
  private static func text(of number: Double) -> String {
    let thousandths = Int64(min(max(number, -1e15), 1e15) * 1000)
    let rest = thousandths.magnitude % 1000
    let digits = String(repeating: "0", count: 3 - "\(rest)".count) + "\(rest)"
    let sign = thousandths < 0 ? "-" : ""
    return sign + "\(thousandths.magnitude / 1000)" + (rest == 0 ? "" : ".\(digits)")
  }

  private static func write(
    _ count: Int, _ opening: String, _ closing: String, to text: inout String, depth: Int,
    _ part: (Int, inout String) -> Void
  ) {
    text += opening
    let isOnLines = depth < 2 && count > 0
    for index in 0..<count {
      if isOnLines { text += "\n" + String(repeating: "  ", count: depth + 1) }
      part(index, &text)
      if index < count - 1 { text += isOnLines ? "," : ", " }
    }
    if isOnLines { text += "\n" + String(repeating: "  ", count: depth) }
    text += closing
  }

  /// Escapes what JSON must, and controls and bidirectional marks too: the text may end up on a
  /// terminal.
  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      default:
        if isPlain(scalar) {
          text.unicodeScalars.append(scalar)
        } else {
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        }
      }
    }
    text += "\""
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator:
      return false
    default:
      return true
    }
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
