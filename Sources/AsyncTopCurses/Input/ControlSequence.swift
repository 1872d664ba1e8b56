import AsyncTopTerminal

/// A control sequence (CSI) that is complete.
struct ControlSequence {
  let parameters: ArraySlice<UInt8>
  let final: UInt8
  /// The bytes of all of it.
  let length: Int

  /// The numbers between the semicolons; what isn't a number is 0, `1:2` is 1.
  private var numbers: [Int] {
    parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part in
      var number = 0
      for byte in part {
        guard (0x30..<0x3A).contains(byte), number < 1_000_000 else { break }
        number = number * 10 + Int(byte - 0x30)
      }
      return number
    }
  }

  /// What it means.
  var step: InputDecoder.Step {
    switch parameters.first {
    case UInt8(ascii: "<"): return mouseStep
    case UInt8(ascii: "?"): return reportStep
    case UInt8(ascii: ">"), UInt8(ascii: "="): return .nothing(length: length)
    default: break
    }
    let numbers = numbers
    let modifiers = ControlSequence.modifiers(numbers.count > 1 ? numbers[1] : 1)
    switch Character(Unicode.Scalar(final)) {
    case "Z": return .key(.tab, modifiers.union(.shift), length: length)
    case "~": return tildeStep(numbers, modifiers)
    case "u": return ControlSequence.typed(numbers.first ?? 0, modifiers, length: length)
    default:
      guard let key = InputDecoder.key(withFinal: final), final != UInt8(ascii: "M") else {
        return .nothing(length: length)
      }
      return .key(key, modifiers, length: length)
    }
  }

  /// `CSI number ; modifiers ~`.
  private func tildeStep(_ numbers: [Int], _ modifiers: KeyModifiers) -> InputDecoder.Step {
    switch numbers.first ?? 0 {
    case 1, 7: return .key(.home, modifiers, length: length)
    case 2: return .key(.insert, modifiers, length: length)
    case 3: return .key(.delete, modifiers, length: length)
    case 4, 8: return .key(.end, modifiers, length: length)
    case 5: return .key(.pageUp, modifiers, length: length)
    case 6: return .key(.pageDown, modifiers, length: length)
    case let code where ControlSequence.functions.contains(code):
      let number = (ControlSequence.functions.firstIndex(of: code) ?? 0) + 1
      return .key(.function(number), modifiers, length: length)
    case 27 where numbers.count == 3:
      return ControlSequence.typed(numbers[2], modifiers, length: length)
    case 200: return .pasteBegins(length: length)
    default: return .nothing(length: length)
    }
  }

  /// The codes of F1 to F12; there are gaps.
  private static let functions = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24]

  /// A character by its number, with modifiers.
  private static func typed(
    _ code: Int, _ modifiers: KeyModifiers, length: Int
  ) -> InputDecoder.Step {
    if code == 0x1B { return .key(.escape, modifiers, length: length) }
    if code < 0x20 || code == 0x7F, let byte = UInt8(exactly: code) {
      return InputDecoder.control(byte, modifiers: modifiers, length: length)
    }
    guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value),
      ![.control, .privateUse].contains(scalar.properties.generalCategory)
    else { return .nothing(length: length) }
    return .key(.character(Character(scalar)), modifiers.subtracting(.shift), length: length)
  }

  /// xterm's number: one more than the bits for shift, alt and control.
  private static func modifiers(_ number: Int) -> KeyModifiers {
    KeyModifiers(rawValue: UInt8(truncatingIfNeeded: max(0, number - 1) & 7))
  }

  /// `CSI ? mode ; state $ y`.
  private var reportStep: InputDecoder.Step {
    guard final == UInt8(ascii: "y"), parameters.last == UInt8(ascii: "$") else {
      return .nothing(length: length)
    }
    let inner = ControlSequence(
      parameters: parameters.dropFirst().dropLast(), final: final, length: length)
    guard inner.numbers.count == 2 else { return .nothing(length: length) }
    return .item(
      .modeReport(mode: inner.numbers[0], state: inner.numbers[1]), length: length)
  }

  /// `CSI < code ; column ; row M`, or `m` for a release.
  private var mouseStep: InputDecoder.Step {
    let numbers = ControlSequence(
      parameters: parameters.dropFirst(), final: final, length: length
    ).numbers
    let isRelease = final == UInt8(ascii: "m")
    guard numbers.count == 3, isRelease || final == UInt8(ascii: "M"),
      let event = ControlSequence.mouse(
        code: numbers[0], position: Point(column: numbers[1] - 1, row: numbers[2] - 1),
        isRelease: isRelease)
    else { return .nothing(length: length) }
    return .item(.event(.mouse(event)), length: length)
  }

  /// A mouse event by xterm's code; nil for movement, further buttons and sideways wheels.
  static func mouse(code: Int, position: Point, isRelease: Bool) -> MouseEvent? {
    guard position.column >= 0, position.row >= 0, code >= 0, code < 128, code & 32 == 0 else {
      return nil
    }
    let modifiers = KeyModifiers(rawValue: UInt8(truncatingIfNeeded: code >> 2 & 7))
    if code & 64 != 0 {
      guard code & 2 == 0 else { return nil }
      return MouseEvent(
        code & 1 == 0 ? .wheelUp : .wheelDown, at: position, modifiers: modifiers)
    }
    let buttons: [MouseEvent.Button] = [.left, .middle, .right]
    guard code & 3 < 3 else { return nil }
    return MouseEvent(
      isRelease ? .release : .press, button: buttons[code & 3], at: position,
      modifiers: modifiers)
  }
}
