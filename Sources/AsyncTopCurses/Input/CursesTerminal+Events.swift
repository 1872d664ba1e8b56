import CAsyncTopCurses
import Glibc
import AsyncTopLinux
public import AsyncTopTerminal

extension CursesTerminal {
  /// Returns the next event.
  ///
  /// - Parameter timeout: How long to wait for one; zero doesn't wait, nil waits for ever.
  /// - Returns: The event; nil if none came in time, or what came meant nothing.
  public func nextEvent(timeout: Duration?) -> InputEvent? {
    repeat {
      if let event = readyEvent() { return event }
      guard isOpen else { return nil }
      let limit = CursesTerminal.milliseconds(timeout)
      let rest = restOfPatience
      if waitForInput(milliseconds: rest.map { limit < 0 ? $0 : min(limit, $0) } ?? limit) {
        guard !output.sink.isGone, let bytes = device.read() else { return .endOfInput }
        decoder.feed(bytes)
        lastRead = SystemClock.monotonic
      } else if restOfPatience == 0, case .event(let event)? = decoder.decide() {
        return event
      }
      if let event = readyEvent() { return event }
    } while timeout == nil
    return nil
  }

  /// What the next event may come from, for whoever waits elsewhere and then asks for it without
  /// waiting.
  public var awaited: AwaitedInput {
    AwaitedInput(
      readable: [device.input, tg_wake_descriptor()].filter { $0 >= 0 },
      writable: output.isWaiting ? output.sink.descriptor : nil,
      patience: restOfPatience.map { .milliseconds(Int($0)) })
  }

  /// How much longer the decoder waits for what may follow, in milliseconds; nil if for nothing.
  private var restOfPatience: Int32? {
    decoder.patience.map { patience in
      let passed = Int32(clamping: (SystemClock.monotonic - lastRead) / 1_000_000)
      return max(0, patience - passed)
    }
  }

  /// Waits for something to read, and meanwhile sends what has waited for room.
  ///
  /// - Returns: True if there is something to read, or the terminal is gone; false after a signal
  ///   or when the time is up.
  private func waitForInput(milliseconds: Int32) -> Bool {
    let start = SystemClock.monotonic
    while true {
      goOnDrawing()
      if output.sink.isGone { return true }
      let spent = Int32(clamping: (SystemClock.monotonic - start) / 1_000_000)
      let rest = milliseconds < 0 ? -1 : max(0, milliseconds - spent)
      let room = output.isWaiting ? output.sink.descriptor : -1
      switch device.wait(wake: tg_wake_descriptor(), room: room, milliseconds: rest) {
      case .input: return true
      case .room: continue
      case .signal, .nothing: return false
      }
    }
  }

  /// What is there without waiting.
  private func readyEvent() -> InputEvent? {
    noteSignals()
    if !queuedEvents.isEmpty { return queuedEvents.removeFirst() }
    while let item = decoder.next() {
      switch item {
      case .event(.key(KeyChord(.character("z"), .control))) where options.suspends:
        suspend(wholeJob: true)
        return queuedEvents.isEmpty ? nil : queuedEvents.removeFirst()
      case .event(let event): return event
      case .modeReport(let mode, let state):
        // 1 and 2: the mode is there, and set or not.
        if mode == TerminalModes.synchronizedMode, options.synchronizedOutput {
          isSynchronized = state == 1 || state == 2
        }
      }
    }
    return nil
  }

  /// Acts on the signals that have come since the last time.
  private func noteSignals() {
    let signals = tg_take_signals()
    guard signals != 0 else { return }
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] where signals >> signal & 1 == 1 {
      queuedEvents.append(.interrupt(signal: signal))
    }
    if signals >> SIGTSTP & 1 == 1 {
      suspend(wholeJob: false)
    } else if signals >> SIGCONT & 1 == 1 {
      resume()  // Something stopped us in a way that can't be caught.
    } else if signals >> SIGWINCH & 1 == 1 {
      resize()
    }
  }

  /// Gives the terminal back until the process goes on.
  ///
  /// Gives the terminal back and stops this program, as the shell's users expect of C-z; returns
  /// when it goes on. The next event is then ``InputEvent/resumed``.
  public func suspend() {
    suspend(wholeJob: true)
  }

  private func suspend(wholeJob: Bool) {
    leave()
    TerminalDevice.stop(wholeJob: wholeJob)
    // Continuing has been noted too, and is dealt with here; what else was noted stays.
    let others = tg_take_signals()
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] where others >> signal & 1 == 1 {
      queuedEvents.append(.interrupt(signal: signal))
    }
    resume()
  }

  /// Takes the terminal again, which may have another size now.
  private func resume() {
    let picture = drawn
    enter()
    queuedEvents.append(.resumed)
    resize()
    if let picture, picture.size == size { draw(picture) }
  }

  private func resize() {
    guard let new = device.size, new != size else { return }
    size = new
    resizeterm(Int32(new.rows), Int32(new.columns))
    output.collect()
    (drawn, upcoming) = (nil, nil)
    queuedEvents.append(.resize(new))
  }

  /// A duration as poll(2) takes it: rounded up, so that it isn't asked again at once.
  private static func milliseconds(_ timeout: Duration?) -> Int32 {
    guard let timeout else { return -1 }
    let (seconds, attoseconds) = timeout.components
    let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard !milliseconds.overflow else { return Int32.max }
    let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: milliseconds.partialValue + rest)
  }
}

/// What a terminal's next event may come from.
public struct AwaitedInput: Hashable, Sendable {
  /// The descriptors that are readable when there is an input or a signal; the same as long as the
  /// terminal is open.
  public let readable: [Int32]
  /// The descriptor that is writable when the terminal takes more of a picture; nil if it has all.
  public let writable: Int32?
  /// After how long what was typed is an event, even if nothing follows; nil if nothing was.
  public let patience: Duration?
}
