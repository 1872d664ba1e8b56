import CAsyncTopProbe
package import AsyncTopCurses
package import AsyncTopDashboard
package import AsyncTopBus
import AsyncTopTerminal

/// Runs a dashboard on a terminal: samples the session, hands inputs to the model, draws what it
/// says.
///
/// ``run()`` waits on the thread that calls it, with no event loop and no tasks, so that it shows
/// an app whose loop is blocked, and adds nothing to the picture of an app that it is embedded in.
/// Whoever has a loop takes one ``turn(waiting:)`` after the other, and waits between them.
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
      if case .ended(let signal) = turn(waiting: true) { return signal }
    }
  }

  /// What a turn ended with.
  package enum Turn {
    /// The user left, or a signal came, or the terminal is gone.
    case ended(signal: Int32?)
    /// There was an input, or rows were looked for, so there may be more to draw.
    case tookInput
    /// Nothing is to be done for some time, unless there is an input.
    case idle(Duration)
  }

  /// Samples if it is time, draws, and takes the inputs that are there.
  ///
  /// - Parameter waiting: Whether to wait for an input until the next sample is due.
  /// - Returns: How to go on.
  package mutating func turn(waiting: Bool) -> Turn {
    if Self.now >= nextSample { sample() }
    if isAsked || !model.isSearching { draw() }
    isAsked = false
    return handleInputs(waiting: waiting)
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

  /// Takes inputs, for as long as a frame; until there is one, goes on to look for rows.
  private mutating func handleInputs(waiting: Bool) -> Turn {
    let wasSearching = model.isSearching
    let searchEnd = Self.now + Self.frame
    var next: InputEvent?
    repeat {
      let rest = waiting && !model.isSearching ? max(.zero, nextSample - Self.now) : .zero
      next = terminal.nextEvent(timeout: rest)
      guard next == nil, model.isSearching else { break }
      model.search()
    } while Self.now < searchEnd
    guard next != nil else {
      return wasSearching ? .tookInput : .idle(max(.zero, nextSample - Self.now))
    }
    isAsked = true
    let frameEnd = Self.now + Self.frame
    while let event = next {
      for effect in model.handle(event) {
        if let ending = perform(effect) { return ending }
      }
      next = Self.now < frameEnd ? terminal.nextEvent(timeout: .zero) : nil
    }
    return .tookInput
  }

  private mutating func perform(_ effect: Effect) -> Turn? {
    switch effect {
    case .quit(let signal):
      return .ended(signal: signal)
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
