import AsyncTopLinux

/// What a loop runs next, and the rules of its iterations.
///
/// 1. An iteration runs what was ready when it began, in order. What becomes ready meanwhile waits
///    for the next one.
/// 2. Resuming a waiter makes its task's job ready. Where that is the waiter's own turn, the loop
///    expects the job (`expectJob`), gets it back at once (`takeJob`) and runs it, so that the task
///    does not go through the queue twice.
/// 3. Swift gives the job of a resumed task to the default executor, which moves it on to the main
///    actor if that is where it waited. With `resumesOnMainActor` the job is taken as the main
///    actor's from the start, which saves the second poll.
/// 4. A loop that always has something ready looks for events of the kernel after
///    `jobsBetweenLooks` jobs.
///
/// Only on the loop's thread. No function here calls anything outside of the loop.
struct Turn: ~Copyable {
  private var ready = ReadyQueue()
  private var expectsJob = false
  private var takenJob: ReadyItem?
  /// While a task is resumed that waited in the main actor.
  var resumesOnMainActor = false
  private var ranSinceLook = 0
  private var lag: UInt64 = 0

  // After this many jobs a busy loop looks for events in the kernel.
  private static let jobsBetweenLooks = 64

  /// How many items are ready.
  var count: Int {
    @inline(__always) get { ready.count }
  }

  /// Adds an item behind what is ready.
  @inline(__always)
  mutating func append(_ item: ReadyItem) {
    ready.append(item)
  }

  /// Adds a timer's item.
  ///
  /// - Parameters:
  ///   - item: What the timer fires.
  ///   - late: How long ago it was due, in nanoseconds.
  mutating func append(_ item: ReadyItem, late: UInt64) {
    lag = max(lag, late)
    ready.append(item)
  }

  /// Adds a job of the Swift runtime's, or takes it if it is expected.
  @inline(__always)
  mutating func accept(_ job: ReadyItem) {
    let job = resumesOnMainActor ? job.onExecutorItself : job
    if expectsJob {
      expectsJob = false
      takenJob = job
    } else {
      ready.append(job)
    }
  }

  /// The next job that is accepted will be taken.
  @inline(__always)
  mutating func expectJob() {
    expectsJob = true
  }

  /// What is accepted now has its turn later, as usual.
  @inline(__always)
  mutating func expectNoJob() {
    expectsJob = false
  }

  /// The job that was expected; nil if none came.
  @inline(__always)
  mutating func takeJob() -> ReadyItem? {
    expectsJob = false
    guard let job = takenJob else { return nil }
    takenJob = nil
    return job
  }

  /// The first item; there must be one.
  @inline(__always)
  mutating func removeFirst() -> ReadyItem {
    ready.removeFirst()
  }

  // MARK: Iterations

  /// Whether the loop looks for events of the kernel before it goes on.
  var isLookDue: Bool {
    @inline(__always) get { ready.count == 0 || ranSinceLook >= Self.jobsBetweenLooks }
  }

  /// The loop looks for events.
  ///
  /// Returns by how much the latest timer was late since the last look, in nanoseconds.
  mutating func look() -> UInt64 {
    defer { lag = 0 }
    ranSinceLook = 0
    return lag
  }

  /// An iteration begins.
  ///
  /// Returns how many items belong to it.
  @inline(__always)
  mutating func begin() -> Int {
    let count = ready.count
    ranSinceLook += count
    return count
  }

  // MARK: Tests

  /// What is ready, in order.
  var items: [ReadyItem] { ready.items }

  /// Puts what is ready in the simulation's order.
  mutating func shuffle(by simulation: Simulation) {
    simulation.shuffle(&ready)
  }
}

/// First in, first out: what a loop has to run.
///
/// A ring that doubles when it is full and never shrinks; eight bytes for each item of the most
/// that were ever ready at once.
@safe
struct ReadyQueue: ~Copyable {
  private var storage: UnsafeMutablePointer<UInt>
  private var mask: Int
  private var head = 0
  private var tail = 0

  init() {
    unsafe storage = .allocate(capacity: 1024)
    mask = 1023
  }

  deinit {
    unsafe storage.deallocate()
  }

  var count: Int {
    @inline(__always) get { tail &- head }
  }

  @inline(__always)
  mutating func append(_ item: ReadyItem) {
    if count > mask { grow() }
    unsafe storage[tail & mask] = item.bits
    tail &+= 1
  }

  /// The queue must not be empty.
  @inline(__always)
  mutating func removeFirst() -> ReadyItem {
    assert(count > 0)
    let bits = unsafe storage[head & mask]
    head &+= 1
    return ReadyItem(bits: bits)
  }

  /// What is in it, in order.
  var items: [ReadyItem] {
    (0..<count).map { unsafe ReadyItem(bits: storage[(head &+ $0) & mask]) }
  }

  /// Puts other items in their places: the same ones, in another order.
  mutating func reorder(_ items: [ReadyItem]) {
    if items.count != count { programmerError("a queue is reordered with other items") }
    for (index, item) in items.enumerated() {
      unsafe storage[(head &+ index) & mask] = item.bits
    }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<UInt>.allocate(capacity: 2 * (mask + 1))
    let count = count
    for index in 0..<count {
      unsafe larger[index] = storage[(head &+ index) & mask]
    }
    unsafe storage.deallocate()
    unsafe storage = larger
    mask = 2 * mask + 1
    head = 0
    tail = count
  }
}
