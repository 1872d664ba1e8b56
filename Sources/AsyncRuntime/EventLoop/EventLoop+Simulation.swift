import AsyncTopBus
package import AsyncTopLinux

extension EventLoop {
  /// Makes a loop of this thread's that goes by a simulation.
  package static func simulated(
    by simulation: Simulation, name: String
  ) throws(Errno) -> EventLoop {
    try LoopExecutor(name: name, simulation: simulation)
  }

  /// The simulation it goes by; nil for a loop that is none of AsyncRuntimeTesting's.
  package var ofTest: Simulation? { simulation }

  /// What a native task prefers that is to run on the loop.
  package var taskExecutor: any TaskExecutor { executor }

  /// Runs until the simulation is over, or has stalled.
  ///
  /// - Returns: Whether it is over.
  package func runSimulation() -> Bool {
    run { [simulation] in simulation?.isOver ?? true }
    return simulation?.isOver ?? true
  }

  /// Asks all tasks to end.
  package func cancelTasks() {
    for task in tasks { task.cancel(message: "the test loop has stalled") }
  }

  /// Cancels and ends what is left, and closes the loop.
  package func endSimulation() {
    shutDown(executorLimit: .seconds(300))
  }

  /// The tasks that have not ended, oldest first.
  package var unendedTasks: [AnyAsyncTask] { tasks }

  /// Whether something will run in the next iteration.
  package var hasReady: Bool { turn.count > 0 }

  /// The callbacks that will run in the next iteration.
  package var readyCallbacks: [Handle] { turn.items.compactMap(\.callback) }

  /// The timers that will call a function, earliest first.
  package var pendingTimers: [TimerHandle] {
    timers.items.compactMap { $0.callback as? TimerHandle }.sorted { $0.when < $1.when }
  }

  // As the look of a real loop. When there is nothing to do, whatever the kernel and other threads
  // have done by now comes first, then what threads of an executor do, then the next deadline, at
  // once.
  func look(in simulation: Simulation) {
    poll(0)
    inbox.takeAll { turn.append($0) }
    if turn.count == 0 && phase == .running {
      let next = timers.nextMoment
      if next == nil || simulation.callsElsewhere > 0 { waitForOthers(until: simulation.limit) }
      if turn.count == 0 {
        if let next {
          simulation.advance(to: next)
        } else {
          simulation.stall()
          stop()
        }
      }
    }
    if timers.count > 0 { fireTimers(nanosecondsNow) }
    probe.runs(ready: turn.count, timers: timers.count)
  }

  private func waitForOthers(until limit: UInt64) {
    while true {
      // What was written meanwhile may be what others wait for.
      sendBatch()
      let now = SystemClock.monotonic
      guard turn.count == 0, now < limit else { return }
      if inbox.willSleep() {
        poll(Int64(clamping: limit - now))
        inbox.didSleep()
      }
      inbox.takeAll { turn.append($0) }
    }
  }

  /// A function was given to another thread; time stands still until it has ended.
  func willCallElsewhere() {
    simulation?.callsElsewhere += 1
  }

  /// It has ended.
  func hasCalledElsewhere() {
    simulation?.callsElsewhere -= 1
  }
}

extension ReadyItem {
  // A callback that has not been cancelled; what only the runtime's own classes do has none.
  fileprivate var callback: Handle? {
    guard isHandle, case .handle(let handle) = peek(), handle.callback != nil else { return nil }
    return handle
  }
}
