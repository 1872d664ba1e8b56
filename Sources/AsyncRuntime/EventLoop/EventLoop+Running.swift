import AsyncTopBus
import AsyncTopLinux

extension EventLoop {
  /// A job of the Swift runtime's became runnable.
  ///
  /// From any thread.
  @inline(__always)
  final func schedule(_ job: ReadyItem) {
    guard isOnThread else {
      inbox.push(job)
      return
    }
    turn.accept(job)
  }

  /// The Swift runtime wants a job to run later; it never takes that back.
  ///
  /// From any thread.
  final func schedule(_ job: ReadyItem, after delay: Duration) {
    guard isOnThread else {
      let called = SystemClock.monotonic
      callSoonThreadsafe { [self] in
        _ = timers.arm((simulation?.now ?? called).advanced(by: delay), job)
      }
      return
    }
    let deadline = nanosecondsNow.advanced(by: delay)
    // The job is a helper of the runtime's; the task that sleeps is the one that runs now.
    if Probe.currentTask != 0 {
      let timer = Probe.armedWait(.sleep, deadline: deadline, at: 0, on: probe)
      if timer != 0 { Probe.willWait(for: .timer, timer, at: 0) }
    }
    _ = timers.arm(deadline, job)
  }

  /// Runs iterations until the condition holds after one, or until `stop`.
  func run(until isDone: () -> Bool) {
    checkThread()
    checkMayRun()
    unsafe ThreadIdentity.word = Unmanaged.passUnretained(self).toOpaque()
    phase.begin()
    probe.works()
    defer {
      probe.works()
      phase.end()
      unsafe ThreadIdentity.word = nil
    }
    repeat {
      collect()
      runReady()
      sendBatch()
    } while phase == .running && !isDone()
  }

  func checkMayRun(_ fileID: StaticString? = nil, _ line: UInt32 = 0) {
    if isRunning { Self.refuse("the event loop “\(name)” already runs", fileID, line) }
    if unsafe ThreadIdentity.word != nil {
      Self.refuse("another event loop runs on the thread of “\(name)”", fileID, line)
    }
  }

  // Makes ready what other threads, the kernel and the clock have to run.
  @inline(__always)
  private func collect() {
    inbox.takeAll { turn.append($0) }
    if turn.isLookDue {
      look()
    } else if timers.count > 0 {
      fireTimers(nanosecondsNow)
    }
  }

  private func look() {
    let lag = turn.look()
    probe.waits(lag: lag, now: lag == 0 ? 0 : nanosecondsNow)
    if let simulation { return look(in: simulation) }
    var wait: Int64 = 0
    if turn.count == 0 && phase == .running { wait = untilNextTimer() }
    if wait == 0 {
      if !descriptors.isEmpty || turn.count == 0 { poll(0) }
    } else if inbox.willSleep() {
      poll(wait)
      inbox.didSleep()
    }
    inbox.takeAll { turn.append($0) }
    if timers.count > 0 { fireTimers(SystemClock.monotonic) }
    probe.runs(ready: turn.count, timers: timers.count)
  }

  // In nanoseconds; negative without a limit.
  private func untilNextTimer() -> Int64 {
    guard let next = timers.nextMoment else { return -1 }
    let now = SystemClock.monotonic
    return next <= now ? 0 : Int64(clamping: next - now)
  }

  func poll(_ nanoseconds: Int64) {
    let count = descriptors.wait(nanoseconds: nanoseconds)
    for index in 0..<count {
      let event = descriptors.event(index)
      if event.owner == Descriptors.wakeOwner {
        inbox.counter.reset()
      } else {
        guard let owner = descriptors.owner(event.owner) else { continue }
        enter(Context())
        let began = probe.calls()
        defer { probe.called(at: owner.callSite, since: began) }
        if isDebugging {
          timed(.descriptor) { owner.isReady(event) }
        } else {
          owner.isReady(event)
        }
        sendOldBatch()
      }
    }
  }

  func fireTimers(_ now: UInt64) {
    timers.expire(now) { item, deadline in
      probe.works()
      turn.append(item, late: now - deadline)
    }
  }

  private func runReady() {
    if let simulation { turn.shuffle(by: simulation) }
    let count = turn.begin()
    if isDebugging { return runReadyTimed(count) }
    for _ in 0..<count {
      run(turn.removeFirst())
      sendOldBatch()
    }
  }

  private func runReadyTimed(_ count: Int) {
    for _ in 0..<count {
      let item = turn.removeFirst()
      timed(Suspect(item, on: self)) { run(item) }
      sendOldBatch()
    }
  }

  // Each job runs as on the executor that it was given to: then the runtime sees no need to move it
  // to another one before it goes on.
  @inline(__always)
  private func run(_ item: ReadyItem) {
    switch item.take() {
    case .job(let job):
      switch role {
      case .process:
        unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor())
      case .mainActor, .borrowedMainActor:
        unsafe job.runSynchronously(
          isolatedTo: mainActorExecutor,
          taskExecutor: executor.asUnownedTaskExecutor())
      case .own:
        unsafe job.runSynchronously(on: executor.asUnownedTaskExecutor())
      }
    case .defaultJob(let job): unsafe job.runSynchronously(on: DefaultExecutor.generic)
    case .handle(let handle): handle.run()
    case .waiter(let waiter): unsafe waiter._withUnsafeGuaranteedRef { resume($0) }
    }
  }

  private var mainActorExecutor: UnownedSerialExecutor {
    unsafe role == .borrowedMainActor
      ? BorrowedMainActor.shared.asUnownedSerialExecutor() : executor.asUnownedSerialExecutor()
  }

  // A waiter whose timer fired, that has yielded, or that another thread has woken. Its job runs at
  // once instead of going through the queue once more.
  private func resume(_ waiter: Waiter) {
    turn.expectJob()
    waiter.resume()
    if let job = turn.takeJob() { run(job) }
  }
}
