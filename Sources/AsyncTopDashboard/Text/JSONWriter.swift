import AsyncTopInsight
import AsyncTopTerminal

/// Writes a document of JSON (RFC 8259), whose members keep their order.
///
/// Members and elements of the outermost two levels stand on lines of their own.
struct JSONWriter: ~Copyable {
  private var stream: TextStream
  /// How many objects and arrays are open.
  private var depth = 0
  /// Whether nothing has been written in the innermost of them.
  private var isEmpty = true
  /// What was written of what is often the same.
  private var parts: [UInt64: [UInt8]] = [:]

  /// Begins a document, which goes out piece by piece.
  init(_ stream: consuming TextStream) {
    self.stream = stream
  }

  /// Ends it.
  consuming func finish() -> TextStream { stream }

  /// Writes an object.
  mutating func object(_ members: (inout JSONWriter) -> Void) {
    open(0x7B)
    members(&self)
    close(0x7D)
  }

  /// Writes an array.
  mutating func array(_ elements: (inout JSONWriter) -> Void) {
    open(0x5B)
    elements(&self)
    close(0x5D)
  }

  /// Writes an element of an array.
  mutating func element(_ value: (inout JSONWriter) -> Void) {
    beginPart()
    value(&self)
  }

  /// Writes a member of an object.
  mutating func member(_ name: StaticString, _ value: (inout JSONWriter) -> Void) {
    begin(name)
    value(&self)
  }

  mutating func member(_ name: StaticString, _ value: String) {
    begin(name)
    string(value)
  }

  mutating func member(_ name: StaticString, _ value: UInt64) {
    begin(name)
    stream.append(value)
  }

  mutating func member(_ name: StaticString, _ value: Bool) {
    begin(name)
    stream.append(value ? "true" : "false" as StaticString)
  }

  mutating func member(_ name: StaticString, _ value: JSONValue) {
    begin(name)
    write(value)
  }

  /// Writes members of an object.
  mutating func members(_ members: Insight.Members) {
    for (name, value) in members {
      beginPart()
      string(name)
      stream.append(": " as StaticString)
      write(value)
    }
  }

  /// Writes a value that is often the same: what is written for a key the first time is written
  /// for it again.
  mutating func member(_ name: StaticString, as key: UInt64, _ value: (inout JSONWriter) -> Void) {
    begin(name)
    if let known = parts[key] { return stream.append(known.span) }
    let start = stream.count
    value(&self)
    parts[key] = stream.bytes(from: start)
  }

  /// Writes a value.
  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: stream.append("null" as StaticString)
    case .bool(let value): stream.append(value ? "true" : "false" as StaticString)
    case .number(let value): stream.append(value)
    case .signed(let value):
      if value < 0 { stream.append(0x2D as UInt8) }
      stream.append(value.magnitude)
    case .string(let value): string(value)
    case .array(let elements):
      array { writer in
        for element in elements { writer.element { $0.write(element) } }
      }
    case .object(let members): object { $0.members(members) }
    }
  }

  private mutating func begin(_ name: StaticString) {
    beginPart()
    stream.append(0x22 as UInt8)
    stream.append(name)
    stream.append("\": " as StaticString)
  }

  /// Begins an element or a member; only between those of the outermost levels the text goes out.
  private mutating func beginPart() {
    if !isEmpty {
      stream.append(0x2C as UInt8)
      if depth > 2 { stream.append(0x20 as UInt8) }
    }
    isEmpty = false
    guard depth <= 2 else { return }
    stream.endPart()
    startLine()
  }

  private mutating func startLine() {
    stream.append(0x0A as UInt8)
    stream.append(spaces: 2 * depth)
  }

  private mutating func open(_ sign: UInt8) {
    stream.append(sign)
    depth += 1
    isEmpty = true
  }

  private mutating func close(_ sign: UInt8) {
    depth -= 1
    if depth < 2 && !isEmpty { startLine() }
    stream.append(sign)
    isEmpty = false
  }

  /// Escapes what JSON must, and controls and bidirectional marks too: the text may end up on a
  /// terminal.
  private mutating func string(_ string: String) {
    stream.append(0x22 as UInt8)
    if string.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
      stream.append(string)
    } else {
      for scalar in string.unicodeScalars { escaped(scalar) }
    }
    stream.append(0x22 as UInt8)
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": stream.append("\\\"" as StaticString)
    case "\\": stream.append("\\\\" as StaticString)
    case "\n": stream.append("\\n" as StaticString)
    case "\t": stream.append("\\t" as StaticString)
    default:
      guard !Self.isPlain(scalar) else { return stream.append(String(scalar)) }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        stream.append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      }
    }
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
