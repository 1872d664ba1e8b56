import CNCurses
import Glibc
public import TerminalUI

/// A terminal that shows cells and yields events, by way of ncurses.
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
  var queuedEvents: [InputEvent] = []
  var pairs: ColorPairs
  var painter = CellPainter()
  /// What is on the screen; nil if it must be drawn anew.
  var drawn: CellGrid?
  var isMouseOn = false

  private let screen: OpaquePointer
  private let streams: [UnsafeMutablePointer<FILE>]
  private let ownedDescriptor: Int32?
  private let originalModes: termios
  private let originalLocale: locale_t?
  private(set) var isOpen = true

  /// Opens the terminal at two descriptors.
  ///
  /// - Parameters:
  ///   - input: Where keys come from, by default standard input; stays the caller's.
  ///   - output: Where the picture goes, by default standard output; stays the caller's.
  ///   - options: What the user chooses.
  ///   - environment: The variables of the process: `TERM`, `COLORTERM`, `NO_COLOR`, `LC_ALL`,
  ///     `LC_CTYPE`, `LANG`.
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
    try TerminalOpening.arm(device, modes, terminal: terminal)
    let locale = unsafe cn_use_locale(TerminalOpening.localeName(in: environment))
    let opened: TerminalOpening
    do throws(CursesTerminalError) {
      opened = try TerminalOpening(device, terminal: terminal, depth: decision.depth)
    } catch {
      tg_disarm()
      device.setModes(modes)
      unsafe cn_restore_locale(locale)
      throw error
    }
    self.device = device
    self.options = options
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
    size = device.size ?? Size(columns: Int(cn_columns()), rows: Int(cn_rows()))
    enter()
  }

  deinit {
    close()
  }

  /// The characters to draw with here.
  public var glyphs: GlyphSet { isUTF8 && !options.ascii ? .unicode : .ascii }

  /// Sets the modes that drawing and reading need.
  func enter() {
    raw()
    noecho()
    nonl()
    typeahead(-1)
    cn_leave_cursor()
    curs_set(0)
    cn_repaint_all()
    cn_update()
    drawn = nil
    guard hasExtendedModes else { return }
    device.write(TerminalModes.pasteOn)
    if options.mouse { setMouse(true) }
    if options.synchronizedOutput, !isSynchronized { device.write(TerminalModes.askSynchronized) }
  }

  /// Sets everything back, so that another program can have the terminal.
  func leave() {
    if hasExtendedModes {
      let wasMouseOn = isMouseOn
      setMouse(false)
      isMouseOn = wasMouseOn
      device.write(TerminalModes.pasteOff)
    }
    endwin()
    device.setModes(originalModes)
  }

  /// Turns clicks and the wheel on and off; without them, the terminal's own selection works.
  public func setMouse(_ isOn: Bool) {
    guard isOpen, hasExtendedModes else { return }
    device.write(isOn ? TerminalModes.mouseOn : TerminalModes.mouseOff)
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
