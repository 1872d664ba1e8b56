import CAsyncTopCurses
import Glibc
public import AsyncTopTerminal

/// A terminal that shows cells and yields events, by way of ncurses.
///
/// Nothing here waits for the terminal to take what is drawn: while it doesn't, keys and signals
/// still come as events, and it is closed within some two seconds.
///
/// One thread owns it, the one that opened it, and only that thread calls it:
///
/// 1. *Opened.* The terminal shows the other screen, without a cursor, in raw mode. The signals
///    that end or stop a process come as events; those that crash it set the terminal back first
///    (TerminalGuard.h). ``draw(_:)`` and ``nextEvent(timeout:)`` may be called in any order.
/// 2. *Stopped*, inside of ``nextEvent(timeout:)``, after Ctrl-Z or SIGTSTP: the terminal is as it
///    was before, until the process goes on. Then 1 again, drawn as before.
/// 3. *Closed*, by ``close()`` or when the last reference goes: terminal, signal handlers and the
///    thread's locale are as they were. Nothing brings it back; open another.
///
/// There is one at a time in a process, since ncurses has one current screen.
@safe public final class CursesTerminal {
  /// The largest part of a window that is drawn on, from its upper left corner.
  ///
  /// The rest stays empty. A window can claim 65,535 columns and rows, for which nobody has the
  /// memory.
  public static let sizeLimit = Size(columns: 1_000, rows: 500)

  /// The choices it was opened with.
  public let options: CursesTerminalOptions
  /// How many colours it draws with, and why.
  public let colorDecision: ColorDecision
  /// True if the environment's locale writes UTF-8.
  public let isUTF8: Bool
  /// The extent of the screen.
  public internal(set) var size: Size
  /// True if frames are shown in one go: the terminal has said that it can, and it is wanted.
  public internal(set) var isSynchronized = false

  let device: TerminalDevice
  let hasExtendedModes: Bool
  var decoder = InputDecoder()
  /// When something was read last, in nanoseconds of the monotonic clock.
  var lastRead: UInt64 = 0
  var queuedEvents: [InputEvent] = []
  var pairs: ColorPairs
  var painter = CellPainter()
  /// What is on the screen; nil if it must be drawn anew.
  var drawn: CellGrid?
  /// The picture that is shown when the terminal has taken the one before.
  var upcoming: CellGrid?
  var isMouseOn = false
  let output: TerminalOutput

  private let terminal: String
  private let screen: OpaquePointer
  private let streams: [UnsafeMutablePointer<FILE>]
  private let ownedDescriptor: Int32?
  private let originalModes: TerminalDevice.Modes
  private let originalLocale: locale_t?
  private(set) var isOpen = true

  /// Opens the terminal at two descriptors.
  ///
  /// They may be two terminals: then keys come from the one, and the picture goes to the other.
  ///
  /// - Parameters:
  ///   - input: Where keys come from, by default standard input; stays the caller's.
  ///   - output: Where the picture goes, by default standard output; stays the caller's.
  ///   - options: What the user chooses.
  ///   - environment: The variables of the process: `TERM`, `COLORTERM`, `NO_COLOR`, `LC_ALL`,
  ///     `LC_CTYPE`, `LANG`; `COLUMNS` and `LINES` for a terminal that doesn't know its size.
  /// - Throws: ``CursesTerminalError``; then nothing has changed.
  public convenience init(
    input: Int32 = 0, output: Int32 = 1,
    options: CursesTerminalOptions = CursesTerminalOptions(), environment: [String: String]
  ) throws(CursesTerminalError) {
    try self.init(
      TerminalDevice(input: input, output: output), owning: nil, options, environment)
  }

  /// Opens another terminal by its path, as `tty` prints it.
  ///
  /// - Parameters:
  ///   - path: `/dev/tty`, `/dev/pts/3` and so on.
  ///   - options: What the user chooses.
  ///   - environment: The variables of the process; `TERM` must be right for that terminal.
  /// - Throws: ``CursesTerminalError``; then nothing has changed.
  public convenience init(
    path: String, options: CursesTerminalOptions = CursesTerminalOptions(),
    environment: [String: String]
  ) throws(CursesTerminalError) {
    let descriptor = try TerminalDevice.open(path)
    do throws(CursesTerminalError) {
      try self.init(
        TerminalDevice(input: descriptor, output: descriptor), owning: descriptor, options,
        environment)
    } catch {
      TerminalDevice.close(descriptor)
      throw error
    }
  }

  /// The path of the terminal that the process was started from, whatever its standard input is.
  public static let controllingTerminal = "/dev/tty"

  /// Whether there is a terminal that the process was started from.
  public static var hasControllingTerminal: Bool {
    guard let descriptor = try? TerminalDevice.open(controllingTerminal) else { return false }
    TerminalDevice.close(descriptor)
    return true
  }

  /// Opens the terminal at one descriptor for the picture, and gets keys from one by its path.
  ///
  /// This is for a program that reads something else from its standard input.
  ///
  /// - Parameters:
  ///   - path: Where keys come from, such as ``controllingTerminal``.
  ///   - output: Where the picture goes, by default standard output; stays the caller's.
  ///   - options: What the user chooses.
  ///   - environment: The variables of the process.
  /// - Throws: ``CursesTerminalError``; then nothing has changed.
  public convenience init(
    keysFrom path: String, output: Int32 = 1,
    options: CursesTerminalOptions = CursesTerminalOptions(), environment: [String: String]
  ) throws(CursesTerminalError) {
    let descriptor = try TerminalDevice.open(path)
    do throws(CursesTerminalError) {
      try self.init(
        TerminalDevice(input: descriptor, output: output), owning: descriptor, options,
        environment)
    } catch {
      TerminalDevice.close(descriptor)
      throw error
    }
  }

  private init(
    _ device: TerminalDevice, owning descriptor: Int32?, _ options: CursesTerminalOptions,
    _ environment: [String: String]
  ) throws(CursesTerminalError) {
    guard device.isTerminal, let modes = device.modes else {
      throw CursesTerminalError(
        .notATerminal,
        "standard input and output are not a terminal; "
          + "run it in one, or use a command that prints once, such as ps or tree")
    }
    let terminal = environment["TERM"] ?? ""
    let decision = ColorDecision(requested: options.colorDepth, environment: environment)
    let output = try TerminalOutput(device.output)
    let size = device.size ?? CursesTerminal.usualSize(in: environment)
    try TerminalOpening.arm(device, output.sink, modes, terminal: terminal)
    let locale = unsafe cn_use_locale(TerminalOpening.localeName(in: environment))
    let opened: TerminalOpening
    do throws(CursesTerminalError) {
      opened = try TerminalOpening(
        device, output.capture, terminal: terminal, depth: decision.depth, size: size)
    } catch {
      tg_disarm()
      unsafe cn_restore_locale(locale)
      throw error
    }
    self.device = device
    self.output = output
    self.terminal = terminal
    self.options = options
    self.size = size
    unsafe screen = opened.screen
    unsafe streams = opened.streams
    ownedDescriptor = descriptor
    originalModes = modes
    unsafe originalLocale = locale
    isUTF8 = cn_is_utf8() == 1
    hasExtendedModes = TerminalModes.areKnown(to: terminal)
    pairs = ColorPairs(wanted: decision.depth, isDirect: opened.isDirect)
    colorDecision =
      pairs.depth == decision.depth
      ? decision
      : ColorDecision(depth: pairs.depth, reason: "the terminal's description has no more")
    enter()
  }

  /// The size of a terminal that doesn't know its own: what the environment says, or the usual.
  private static func usualSize(in environment: [String: String]) -> Size {
    func number(_ name: String) -> Int? {
      environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
    return TerminalDevice.limited(columns: number("COLUMNS") ?? 80, rows: number("LINES") ?? 24)
  }

  deinit {
    close()
  }

  /// The characters to draw with here.
  public var glyphs: GlyphSet { isUTF8 && !options.ascii ? .unicode : .ascii }

  /// Sets the modes that drawing and reading need.
  func enter() {
    device.setModes(TerminalDevice.raw(originalModes))
    noecho()
    nonl()
    typeahead(-1)
    cn_leave_cursor()
    curs_set(0)
    cn_repaint_all()
    cn_update()
    drawn = nil
    defer { output.send() }
    guard hasExtendedModes else { return }
    output.write(TerminalModes.pasteOn)
    if options.mouse { setMouse(true) }
    if options.synchronizedOutput, !isSynchronized { output.write(TerminalModes.askSynchronized) }
  }

  /// Sets everything back, so that another program can have the terminal.
  func leave() {
    if hasExtendedModes {
      let wasMouseOn = isMouseOn
      setMouse(false)
      isMouseOn = wasMouseOn
      output.write(TerminalModes.pasteOff)
    }
    upcoming = nil
    endwin()
    output.finish(orRestore: TerminalModes.restore(terminal))
    device.setModes(originalModes)
  }

  /// Turns clicks and the wheel on and off; without them, the terminal's own selection works.
  public func setMouse(_ isOn: Bool) {
    guard isOpen, hasExtendedModes else { return }
    output.write(isOn ? TerminalModes.mouseOn : TerminalModes.mouseOff)
    output.send()
    isMouseOn = isOn
  }

  /// Gives the terminal back, with everything as it was; does nothing the second time.
  public func close() {
    guard isOpen else { return }
    leave()
    isOpen = false
    unsafe delscreen(screen)
    unsafe streams.forEach { unsafe fclose($0) }
    tg_disarm()
    unsafe cn_restore_locale(originalLocale)
    if let ownedDescriptor { TerminalDevice.close(ownedDescriptor) }
  }
}
