import AsyncTopBus
import AsyncTopLinux

/// The threads of a pool and what they share: they keep it alive, and not the pool.
///
/// 1. All that changes is in `monitor`, also the reports of its level, which so are in order.
/// 2. A thread is `idle` from when it looks for a job until it takes one. A new one is started
///    while there are more jobs than idle threads.
/// 3. After `isShutDown` no job is added, and a thread that finds none ends; the last one calls
///    `whenEnded`.
final class ThreadPoolCrew: Sendable {
  private struct State: Sendable {
    var queue = ThreadPoolJob.Queue()
    var threads: [BackgroundThread] = []
    var live = 0
    var idle = 0
    var running: Set<ThreadIdentity> = []
    var isShutDown = false
    var whenEnded: [@Sendable () -> Void] = []

    var hasEnded: Bool { isShutDown && live == 0 }
  }

  private let name: String
  private let limit: Int
  let resource: Probe.Resource
  private let monitor = ConditionMutex(State())

  init(name: String, limit: Int, resource: Probe.Resource) {
    self.name = name
    self.limit = limit
    self.resource = resource
  }

  deinit {
    resource.ended()
  }

  func add(_ job: ThreadPoolJob) throws(ThreadPoolError) {
    try monitor.withLock { state throws(ThreadPoolError) in
      guard !state.isShutDown else { throw .shutDown(name) }
      state.queue.append(job)
      if state.queue.count > state.idle && state.live < limit { try startThread(&state, for: job) }
      report(state)
    }
    monitor.wakeOne()
  }

  // If the kernel gives none, the others have one more job to do.
  private func startThread(
    _ state: inout State, for job: ThreadPoolJob
  ) throws(ThreadPoolError) {
    do {
      let thread = try BackgroundThread(name: "\(name.prefix(12))-\(state.live)") { [self] in
        work()
      }
      state.threads.append(thread)
      state.live += 1
    } catch {
      guard state.live == 0 else { return }
      state.queue.remove(job)
      throw .noThread(name, reason: "\(error)")
    }
  }

  /// Takes a job back that was cancelled; does nothing if it has begun.
  func drop(_ job: ThreadPoolJob) {
    monitor.withLock { state in
      if state.queue.remove(job) { report(state) }
    }
  }

  func shutDown() {
    let calls = monitor.withLock { state in
      state.isShutDown = true
      return Self.takeCalls(&state)
    }
    monitor.wakeAll()
    for call in calls { call() }
  }

  /// Waits until all threads have ended.
  ///
  /// Returns whether they have.
  func join(until deadline: UInt64) -> Bool {
    let ended: [BackgroundThread]? = monitor.wait(until: deadline) { state in
      if state.running.contains(.current) {
        EventLoop.refuse("a thread of the pool “\(name)” waits for the pool to end")
      }
      guard state.hasEnded else { return nil }
      defer { state.threads = [] }
      return state.threads
    }
    // Each has nothing left to do but to return.
    ended?.forEach { $0.join() }
    return ended != nil
  }

  /// Calls a function when it has been shut down and all threads have ended; at once, if that is so
  /// already, else on the last thread.
  func whenEnded(_ call: @escaping @Sendable () -> Void) {
    let calls = monitor.withLock { state in
      state.whenEnded.append(call)
      return Self.takeCalls(&state)
    }
    for call in calls { call() }
  }

  private static func takeCalls(_ state: inout State) -> [@Sendable () -> Void] {
    guard state.hasEnded else { return [] }
    defer { state.whenEnded = [] }
    return state.whenEnded
  }

  // A thread's life.
  private func work() {
    while let job = nextJob() {
      var context = Context()
      context.run(job.body)
    }
    let calls = monitor.withLock { state in
      state.live -= 1
      return Self.takeCalls(&state)
    }
    monitor.wakeAll()
    for call in calls { call() }
  }

  private func nextJob() -> ThreadPoolJob? {
    var isIdle = false
    return monitor.wait { state -> ThreadPoolJob?? in
      if !isIdle {
        isIdle = true
        state.idle += 1
        if state.running.remove(.current) != nil { report(state) }
      }
      let job = state.queue.removeFirst()
      guard job != nil || state.isShutDown else { return nil }
      state.idle -= 1
      if job != nil {
        state.running.insert(.current)
        report(state)
      }
      return .some(job)
    } ?? nil
  }

  private func report(_ state: State) {
    resource.level(state.running.count, of: limit, waiters: state.queue.count)
  }
}

/// A function that a thread pool will call.
///
/// 1. Its links and `isQueued` are touched only under the lock of the pool's monitor.
/// 2. `body` never changes; the thread that took the job out calls it, once, or drops it.
/// 3. The queue keeps a job alive while it is in it.
final class ThreadPoolJob: @unchecked Sendable {
  let body: @Sendable () -> Void
  fileprivate var next: ThreadPoolJob?
  fileprivate unowned(unsafe) var previous: ThreadPoolJob?
  fileprivate var isQueued = false

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }

  /// Jobs, first in, first out; any of them can be taken out at the same cost.
  struct Queue: Sendable {
    private var first: ThreadPoolJob?
    private unowned(unsafe) var last: ThreadPoolJob?
    private(set) var count = 0

    mutating func append(_ job: ThreadPoolJob) {
      unsafe job.previous = last
      if let last = unsafe last { last.next = job } else { first = job }
      unsafe last = job
      job.isQueued = true
      count += 1
    }

    mutating func removeFirst() -> ThreadPoolJob? {
      guard let job = first else { return nil }
      remove(job)
      return job
    }

    /// Returns whether it was there.
    @discardableResult
    mutating func remove(_ job: ThreadPoolJob) -> Bool {
      guard job.isQueued else { return false }
      let (next, previous) = unsafe (job.next, job.previous)
      if let previous { previous.next = next } else { first = next }
      if let next { unsafe next.previous = previous } else { unsafe last = previous }
      job.next = nil
      unsafe job.previous = nil
      job.isQueued = false
      count -= 1
      return true
    }
  }
}
