import AsyncTopTerminal

/// Turns what a terminal sends into events.
///
/// Pure: bytes go in (``feed(_:)``), events come out (``next()``). The keys of xterm and of those
/// that follow it, of the Linux console and of rxvt are known, also with modifiers and in the forms
/// of xterm's `modifyOtherKeys` and of kitty; so are SGR mouse reports and bracketed paste. A
/// control sequence that isn't known is passed over to its end, so that it is never taken for typed
/// commands.
///
/// An escape character may be the key or the start of a sequence, and only time can tell: while
/// there is a ``patience``, whoever reads the terminal waits so long for more, and then calls
/// ``decide()``. The same ends a paste whose end was lost: it must not swallow what is typed later.
struct InputDecoder {
  /// Something that came from the terminal.
  enum Item: Equatable {
    /// An event.
    case event(InputEvent)
    /// An answer to the question whether the terminal has a mode: DECRPM of `mode`.
    case modeReport(mode: Int, state: Int)
  }

  /// What is not yet decoded.
  var pending: [UInt8] = []
  /// The bytes of the paste that has begun; nil outside of one.
  var pasted: [UInt8]?

  /// How long to wait for what follows an escape character, in milliseconds.
  static let escapeDelay: Int32 = 25
  /// How long to wait for the rest of a paste, in milliseconds; a slow connection may pause in one.
  static let pasteDelay: Int32 = 2_000
  /// The longest control sequence; a longer one is noise.
  static let sequenceLimit = 256
  /// The most bytes of a paste; the rest of a longer one is dropped.
  static let pasteLimit = 1_048_576

  /// Takes what was read.
  mutating func feed(_ bytes: some Sequence<UInt8>) {
    pending.append(contentsOf: bytes)
  }

  /// How long to wait, in milliseconds, for the rest of what could be the start of something
  /// longer; nil if there is nothing of that sort.
  var patience: Int32? {
    pasted != nil ? Self.pasteDelay : pending.isEmpty ? nil : Self.escapeDelay
  }

  /// Returns the next item; nil if there is none, or none that is complete.
  mutating func next() -> Item? {
    while !pending.isEmpty {
      if pasted != nil {
        guard let event = collectPaste() else { return nil }
        return .event(event)
      }
      switch step() {
      case .item(let item, let length):
        pending.removeFirst(length)
        return item
      case .pasteBegins(let length):
        pending.removeFirst(length)
        pasted = []
      case .nothing(let length): pending.removeFirst(length)
      case .incomplete: return nil
      }
    }
    return nil
  }

  /// Decides, since no more has come.
  ///
  /// A lone escape is the key, and escape with a character is the character with alt; of the rest
  /// of a sequence nothing is left. A paste is what came of it.
  mutating func decide() -> Item? {
    defer { pending.removeAll() }
    if let text = pasted {
      pasted = nil
      return .event(.paste(String(decoding: text + pending, as: UTF8.self)))
    }
    guard pending.first == 0x1B else { return nil }
    if pending.count == 1 { return .event(.key(KeyChord(.escape))) }
    guard pending.count == 2, pending[1] > 0x20, pending[1] < 0x7F else { return nil }
    return .event(.key(KeyChord(.character(Character(Unicode.Scalar(pending[1]))), .alt)))
  }

  /// What the start of the pending bytes is.
  enum Step {
    /// An item of so many bytes.
    case item(Item, length: Int)
    /// So many bytes that mean nothing.
    case nothing(length: Int)
    /// The start of a paste.
    case pasteBegins(length: Int)
    /// The start of something.
    case incomplete

    static func key(_ key: Key, _ modifiers: KeyModifiers = [], length: Int) -> Step {
      .item(.event(.key(KeyChord(key, modifiers))), length: length)
    }
  }

  private func step() -> Step {
    let first = pending[0]
    switch first {
    case 0x1B: return escapeStep()
    case 0x20..<0x7F: return .key(.character(Character(Unicode.Scalar(first))), length: 1)
    case 0x80...: return textStep(at: 0, modifiers: [])
    default: return InputDecoder.control(first, modifiers: [], length: 1)
    }
  }

  /// A control character as a key.
  static func control(_ byte: UInt8, modifiers: KeyModifiers, length: Int) -> Step {
    switch byte {
    case 0x09: return .key(.tab, modifiers, length: length)
    case 0x0A, 0x0D: return .key(.enter, modifiers, length: length)
    case 0x08, 0x7F: return .key(.backspace, modifiers, length: length)
    case 0x00: return .key(.character(" "), modifiers.union(.control), length: length)
    case 0x01...0x1A:
      let letter = Character(Unicode.Scalar(byte + 0x60))
      return .key(.character(letter), modifiers.union(.control), length: length)
    default:
      let sign = Character(Unicode.Scalar(byte + 0x40))
      return .key(.character(sign), modifiers.union(.control), length: length)
    }
  }

  /// A character of more than one byte; what isn't UTF-8 is passed over.
  func textStep(at start: Int, modifiers: KeyModifiers) -> Step {
    let length =
      switch pending[start] {
      case 0xC2..<0xE0: 2
      case 0xE0..<0xF0: 3
      case 0xF0..<0xF5: 4
      default: 1
      }
    let bytes = pending[start...].prefix(length)
    if bytes.count < length, bytes.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) {
      return .incomplete
    }
    guard length > 1, let text = String(validating: bytes, as: UTF8.self),
      let scalar = text.unicodeScalars.first, scalar.properties.generalCategory != .control
    else { return .nothing(length: start + 1) }
    return .key(.character(Character(scalar)), modifiers, length: start + length)
  }
}
