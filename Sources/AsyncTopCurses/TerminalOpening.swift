import CAsyncTopCurses
import Glibc
import AsyncTopTerminal

/// The steps by which ncurses gets a terminal.
@safe struct TerminalOpening {
  let screen: OpaquePointer
  let streams: [UnsafeMutablePointer<FILE>]
  /// True if the description is ``TerminalEntry/direct``.
  let isDirect: Bool

  /// Puts the guard's handlers in place; before ncurses, which then leaves the signals alone.
  static func arm(
    _ device: TerminalDevice, _ sink: TerminalSink, _ modes: TerminalDevice.Modes, terminal: String
  ) throws(CursesTerminalError) {
    guard terminal != "dumb" else {
      throw CursesTerminalError(
        .unsuitableTerminal,
        "TERM is dumb, and such a terminal can't place its cursor; "
          + "use a command that prints once, such as ps or tree")
    }
    let restore = TerminalModes.restore(terminal)
    let failure = unsafe withUnsafePointer(to: modes.output) { output in
      unsafe withUnsafePointer(to: modes.input) { input in
        var guarded = unsafe tg_terminal(
          output: sink.descriptor, input: device.input, output_modes: output, input_modes: input)
        return unsafe tg_arm(&guarded, restore, restore.utf8.count)
      }
    }
    guard failure == 0 else {
      throw failure == EBUSY
        ? CursesTerminalError(
          .alreadyOpen, "this process draws on a terminal already; close that first")
        : CursesTerminalError(
          .system, "the terminal can't be guarded: \(TerminalDevice.message(of: failure))")
    }
  }

  /// The locale that text is written in: the first of the variables that isn't empty (POSIX 8.2).
  static func localeName(in environment: [String: String]) -> String {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = environment[name], !value.isEmpty { return value }
    }
    return "C"
  }

  /// Opens a screen of ncurses.
  ///
  /// - Parameters:
  ///   - device: Where its keys come from.
  ///   - capture: The file it writes to.
  ///   - terminal: What kind of terminal it writes for.
  ///   - depth: How many colours are wanted.
  ///   - size: Its extent.
  /// - Throws: Why it can't be drawn on.
  init(
    _ device: TerminalDevice, _ capture: Int32, terminal: String, depth: ColorDepth, size: Size
  ) throws(CursesTerminalError) {
    guard let output = unsafe TerminalDevice.stream(capture, mode: "w") else {
      throw CursesTerminalError(
        .system, "the terminal's output can't be copied: \(TerminalDevice.message(of: errno))")
    }
    guard let input = unsafe TerminalDevice.stream(device.input, mode: "r") else {
      let number = errno
      unsafe fclose(output)
      throw CursesTerminalError(
        .system, "the terminal's input can't be copied: \(TerminalDevice.message(of: number))")
    }
    unsafe streams = [output, input]
    let (rows, columns) = (Int32(size.rows), Int32(size.columns))
    var entry: TerminalEntry?
    if depth == .trueColor && TerminalModes.areKnown(to: terminal) { entry = .direct }
    if entry == nil, unsafe cn_is_known(terminal) == 0 { entry = .builtIn(for: terminal) }
    isDirect = entry?.name == TerminalEntry.direct.name
    let opened = unsafe cn_newterm(
      entry?.variable, entry?.name ?? terminal, rows, columns, output, input)
    guard let opened = unsafe opened else {
      unsafe streams.forEach { unsafe fclose($0) }
      throw CursesTerminalError(
        .unknownTerminal,
        "nothing is known about a terminal named "
          + "“\(SafeText.truncated(terminal, to: 40))”, which is what TERM says; "
          + "try TERM=xterm-256color")
    }
    unsafe screen = opened
  }
}
