import AsyncTopTerminal

/// Escape sequences, by what follows the escape character (ECMA-48 5.3–5.6).
extension InputDecoder {
  /// What starts with the escape character.
  func escapeStep() -> Step {
    guard pending.count > 1 else { return .incomplete }
    switch pending[1] {
    case UInt8(ascii: "["): return controlSequenceStep()
    case UInt8(ascii: "O"): return singleShiftStep()
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
      UInt8(ascii: "_"):
      return stringStep()
    case 0x1B: return .key(.escape, length: 1)
    case 0x21..<0x7F:
      return .key(.character(Character(Unicode.Scalar(pending[1]))), .alt, length: 2)
    case 0x80...: return textStep(at: 1, modifiers: .alt)
    case 0x20: return .key(.character(" "), .alt, length: 2)
    default: return InputDecoder.control(pending[1], modifiers: .alt, length: 2)
    }
  }

  /// `ESC O x`: keys in the application mode, and F1 to F4.
  private func singleShiftStep() -> Step {
    guard pending.count > 2 else { return .incomplete }
    guard let key = InputDecoder.key(withFinal: pending[2]) else { return .nothing(length: 3) }
    return .key(key, length: 3)
  }

  /// `ESC ]` and others up to `BEL` or `ESC \`: answers and titles, which nobody asked for.
  private func stringStep() -> Step {
    for index in 2..<max(2, pending.count) {
      if pending[index] == 0x07 { return .nothing(length: index + 1) }
      if pending[index] == UInt8(ascii: "\\"), pending[index - 1] == 0x1B {
        return .nothing(length: index + 1)
      }
    }
    return pending.count > InputDecoder.sequenceLimit
      ? .nothing(length: pending.count) : .incomplete
  }

  /// `ESC [`, parameters, a final byte.
  private func controlSequenceStep() -> Step {
    // The Linux console's F1 to F5 have a final byte after what elsewhere is one: `ESC [ [ A`.
    if pending.count > 2, pending[2] == UInt8(ascii: "[") {
      guard pending.count > 3 else { return .incomplete }
      let number = Int(pending[3]) - Int(UInt8(ascii: "A")) + 1
      return (1...5).contains(number) ? .key(.function(number), length: 4) : .nothing(length: 4)
    }
    guard let end = pending.dropFirst(2).firstIndex(where: { !(0x20..<0x40).contains($0) }) else {
      return pending.count > InputDecoder.sequenceLimit
        ? .nothing(length: pending.count) : .incomplete
    }
    // Something else has begun inside of it, as in bytes that got lost.
    guard (0x40..<0x7F).contains(pending[end]) else { return .nothing(length: end) }
    let sequence = ControlSequence(
      parameters: pending[2..<end], final: pending[end], length: end + 1)
    if sequence.final == UInt8(ascii: "M"), sequence.parameters.isEmpty {
      return oldMouseStep()
    }
    return sequence.step
  }

  /// `ESC [ M` and three bytes: the mouse of terminals without SGR reports.
  private func oldMouseStep() -> Step {
    guard pending.count >= 6 else { return .incomplete }
    let code = Int(pending[3]) - 32
    let position = Point(column: Int(pending[4]) - 33, row: Int(pending[5]) - 33)
    // Its release doesn't say of which button.
    let isRelease = code & 0x43 == 3
    guard
      let event = ControlSequence.mouse(
        code: isRelease ? code & ~3 : code, position: position, isRelease: isRelease)
    else { return .nothing(length: 6) }
    return .item(.event(.mouse(event)), length: 6)
  }

  /// The keys that a letter ends.
  static func key(withFinal final: UInt8) -> Key? {
    switch Character(Unicode.Scalar(final)) {
    case "A": .up
    case "B": .down
    case "C": .right
    case "D": .left
    case "H": .home
    case "F": .end
    case "P": .function(1)
    case "Q": .function(2)
    case "R": .function(3)
    case "S": .function(4)
    case "M": .enter
    default: nil
    }
  }
}
