import CAsyncTopCurses
public import AsyncTopTerminal

/// What a terminal allows, found out without drawing on it; `asynctop doctor` prints it.
public struct TerminalReport: Hashable, Sendable {
  /// Whether frames can be shown in one go.
  public enum SynchronizedOutput: Hashable, Sendable {
    /// The terminal says that it can.
    case supported
    /// The terminal says that it can't.
    case unsupported
    /// The terminal doesn't answer the question, or isn't one.
    case unknown
  }

  /// The name in `TERM`; empty if there is none.
  public let terminal: String
  /// True if input and output are a terminal.
  public let isTerminal: Bool
  /// True if there is a description of the terminal: ncurses' own, or one that is built in.
  public let isKnown: Bool
  /// The extent; nil if the terminal doesn't say.
  public let size: Size?
  /// True if the locale writes UTF-8, so that more than ASCII can be drawn.
  public let isUTF8: Bool
  /// The locale, as the environment names it.
  public let locale: String
  /// How many colours would be drawn with, and why.
  public let colors: ColorDecision
  /// Whether frames can be shown in one go.
  public let synchronizedOutput: SynchronizedOutput

  /// Looks at a terminal.
  ///
  /// Asks it one question and waits at most a fifth of a second for the answer; leaves everything
  /// as it was.
  ///
  /// - Parameters:
  ///   - input: Where its answers come from, by default standard input.
  ///   - output: Where questions go, by default standard output.
  ///   - requested: What `--color` asks for; nil for `auto`.
  ///   - environment: The variables of the process.
  public init(
    input: Int32 = 0, output: Int32 = 1, requested: ColorDepth? = nil,
    environment: [String: String]
  ) {
    let device = TerminalDevice(input: input, output: output)
    terminal = environment["TERM"] ?? ""
    isTerminal = device.isTerminal
    isKnown =
      unsafe !terminal.isEmpty
      && (cn_is_known(terminal) == 1 || TerminalEntry.builtIn(for: terminal) != nil)
    size = device.size
    locale = TerminalOpening.localeName(in: environment)
    let previous = unsafe cn_use_locale(locale)
    isUTF8 = unsafe (previous != nil) && cn_is_utf8() == 1
    unsafe cn_restore_locale(previous)
    colors = ColorDecision(requested: requested, environment: environment)
    synchronizedOutput =
      device.isTerminal && TerminalModes.areKnown(to: terminal)
      ? TerminalReport.askSynchronized(device) : .unknown
  }

  /// Asks whether the terminal has mode 2026, and then what kind it is, which all answer.
  private static func askSynchronized(_ device: TerminalDevice) -> SynchronizedOutput {
    guard let modes = device.modes else { return .unknown }
    device.setModes(TerminalDevice.unbuffered(modes))
    defer { device.setModes(modes) }
    let question = Array((TerminalModes.askSynchronized + TerminalModes.askKind).utf8)
    let sink = TerminalSink(device.output)
    guard unsafe question.withUnsafeBytes({ unsafe sink.write($0) }) == question.count
    else { return .unknown }
    var decoder = InputDecoder()
    var received: [UInt8] = []
    while case .input = device.wait(wake: -1, room: -1, milliseconds: 200),
      let bytes = device.read()
    {
      received += bytes
      decoder.feed(bytes)
      while let item = decoder.next() {
        if case .modeReport(TerminalModes.synchronizedMode, let state) = item {
          // 1 and 2: set or not; 0: never heard of it; 3 and 4: for ever as it is.
          return state == 1 || state == 2 ? .supported : .unsupported
        }
      }
      if received.last == UInt8(ascii: "c") { return .unsupported }
    }
    return .unknown
  }
}
