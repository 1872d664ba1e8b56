import CAsyncTopProbe
package import AsyncTopCurses
package import AsyncTopDashboard
package import AsyncTopBus
import AsyncTopTerminal

/// Runs a dashboard on a terminal: samples the session, hands inputs to the model, draws what it
/// says.
///
/// It runs on the thread that calls it, with no event loop and no tasks of its own, so that it
/// shows an app whose loop is blocked, and adds nothing to the picture of an app that it is
/// embedded in.
package struct DashboardDriver {
  /// How often a live session is sampled at most.
  private static let period: Duration = .milliseconds(250)
  /// The time between two pictures at least, so that a stream of inputs is drawn as one.
  private static let frame: Duration = .milliseconds(16)
  /// Sampling takes this part of the time at most, if a sample is then no older than a second.
  private static let sampleShare = 20
  private static let longPeriod: Duration = .seconds(1)
  /// Whatever it takes, it takes no more than this part of the time.
  private static let largestShare = 4

  private let session: any Session
  private let terminal: CursesTerminal
  private var model: DashboardModel
  private var nextSample: Duration = .zero
  private var drawn: CellGrid?
  private let suspends: Bool
  /// Whether an input has not been answered by a picture: that doesn't wait for all rows to be
  /// found.
  private var isAsked = false

  /// Makes a driver.
  ///
  /// - Parameters:
  ///   - session: What is looked at.
  ///   - options: How it looks.
  ///   - terminal: Where; stays the caller's.
  ///   - suspends: Whether the program may be stopped by C-z.
  package init(
    _ session: any Session, options: DashboardOptions, terminal: CursesTerminal,
    suspends: Bool = true
  ) {
    self.session = session
    self.terminal = terminal
    self.suspends = suspends
    model = DashboardModel(options)
  }

  /// Runs until the user leaves or the terminal is gone.
  ///
  /// - Returns: The signal that ended it; nil for anything else.
  package mutating func run() -> Int32? {
    while true {
      if Self.now >= nextSample { sample() }
      if isAsked || !model.isSearching { draw() }
      isAsked = false
      guard let ending = handleInputs(until: nextSample) else { continue }
      return ending.signal
    }
  }

  /// Shows the dashboard's frame until there is a session to look at.
  ///
  /// - Parameters:
  ///   - options: How it looks, and what is waited for.
  ///   - terminal: Where; stays the caller's.
  ///   - isThere: Asked ten times a second.
  /// - Returns: How the user or a signal ended it; nil once the session is there.
  /// - Throws: What `isThere` throws.
  package static func wait(
    _ options: DashboardOptions, on terminal: CursesTerminal, until isThere: () throws -> Bool
  ) throws -> Ending? {
    var model = DashboardModel(options)
    var drawn: CellGrid?
    while try !isThere() {
      let grid = model.draw(size: terminal.size)
      if grid != drawn { terminal.draw(grid) }
      drawn = grid
      guard let event = terminal.nextEvent(timeout: .milliseconds(100)) else { continue }
      for effect in model.handle(event) {
        switch effect {
        case .quit(let signal): return Ending(signal: signal)
        case .suspend: terminal.suspend()
        case .redraw: terminal.repaint()
        case .sample, .observe: continue
        }
        drawn = nil
      }
    }
    return nil
  }

  private static var now: Duration { .nanoseconds(Int64(tp_monotonic())) }

  private mutating func sample() {
    let start = Self.now
    model.giveUpSnapshot()
    // The snapshot first: it may move the session to another moment.
    let snapshot = session.snapshot()
    model.polls?.add(session.newPolls())
    model.update(snapshot)
    let spent = Self.now - start
    model.cost.sample = UInt64(spent / .nanoseconds(1))
    let wait = min(
      spent * Self.sampleShare, max(Self.longPeriod, spent * Self.largestShare) - spent)
    nextSample = Self.now + max(session.period ?? Self.period, wait)
  }

  private mutating func draw() {
    let start = Self.now
    let grid = model.draw(size: terminal.size)
    guard grid != drawn else { return }
    terminal.draw(grid)
    drawn = grid
    model.cost.frame = UInt64((Self.now - start) / .nanoseconds(1))
  }

  /// How it was left.
  package struct Ending {
    /// The signal that ended it; nil for anything else.
    package var signal: Int32?

    /// Makes one.
    package init(signal: Int32?) {
      self.signal = signal
    }
  }

  /// Waits for an input, then takes those that follow it at once, for as long as a frame.
  ///
  /// Returns how the dashboard ended, or nil.
  private mutating func handleInputs(until deadline: Duration) -> Ending? {
    var next: InputEvent?
    let searchEnd = Self.now + Self.frame
    repeat {
      next = terminal.nextEvent(
        timeout: model.isSearching ? .zero : max(.zero, deadline - Self.now))
      guard next == nil, model.isSearching else { break }
      model.search()
    } while Self.now < searchEnd
    if next != nil { isAsked = true }
    let frameEnd = Self.now + Self.frame
    while let event = next {
      for effect in model.handle(event) {
        if let ending = perform(effect) { return ending }
      }
      next = Self.now < frameEnd ? terminal.nextEvent(timeout: .zero) : nil
    }
    return nil
  }

  private mutating func perform(_ effect: Effect) -> Ending? {
    switch effect {
    case .quit(let signal):
      return Ending(signal: signal)
    case .suspend:
      guard suspends else { break }
      terminal.suspend()
      drawn = nil
    case .redraw:
      terminal.repaint()
      drawn = nil
    case .sample:
      nextSample = .zero
    case .observe(let task):
      session.observe(task: task)
      nextSample = .zero
    }
    return nil
  }
}
