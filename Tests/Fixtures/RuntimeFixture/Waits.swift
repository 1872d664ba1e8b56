import AsyncRuntime
import Glibc

/// A program in which a task is suspended in each wait there is, until it is killed.
///
/// The comment at the end of a line names the task that waits there.
@MainActor
enum Waits {
  nonisolated static func main() throws {
    try AsyncRuntime.run {
      try start()
      try await startPrimitives()
      startQueues()
      let running = startThreads()
      // Until every other task waits.
      try await wrapFuture(running).value
      for _ in 0..<8 { try await sleep(.zero) }
      createTask(name: "ready") { try await never.get().value() }
      try await sleep(.seconds(3600))
    }
  }

  static let never = Result { () throws(AwaitError) in try Future<Int>() }
  // Blocks a thread for as long as the program runs.
  nonisolated static let gate = ThreadFuture<Void>()

  /// Tasks and futures.
  static func start() throws {
    let long = createTask(name: "sleep") {
      try await sleep(.seconds(3600))  // sleep
    }
    createTask(name: "timeout") {
      try await withTimeout(.seconds(60)) {
        try await never.get().value()  // timeout
      }
    }
    createTask(name: "task value") {
      try await long.value()  // task value
    }
    createTask(name: "plain value") {
      try await long.value  // plain value
    }
    createTask(name: "future") {
      try await never.get().value()  // future
    }
    createTask(name: "plain future") {
      _ = try await never.get().value  // plain future
    }
    createTask(name: "wait for") {
      try await waitFor(long, timeout: .seconds(60))  // wait for
    }
    createTask(name: "shield") {
      try await shield(long)  // shield
    }
    startSeveral(long)
    createTask(name: "group") {
      try await withAsyncTaskGroup(name: "family") { group in  // group
        try group.createTask(name: "child") { try await sleep(.seconds(3600)) }
      }
    }
    let stage = ContextVariable("stage", default: "none")
    stage.set("inherited")
    createTask(name: "context") {
      guard stage.get() == "inherited" else { return }
      try await sleep(.seconds(3600))  // context
    }
    try startCircle()
  }

  /// What waits for several at once.
  static func startSeveral(_ long: AsyncTask<Void>) {
    func member(_ name: String) -> AsyncTask<Void> {
      createTask(name: name) { try await sleep(.seconds(3600)) }
    }
    let ended = createTask(name: "ended") {}
    let gathered = [member("gathered 1"), ended, member("gathered 2")]
    createTask(name: "gather") {
      _ = try await gather(gathered)  // gather
    }
    let waited = [member("waited 1"), member("waited 2")]
    createTask(name: "selection") {
      _ = try await wait(waited, timeout: .seconds(60), returnWhen: .firstCompleted)  // selection
    }
    let early = createTask(name: "early") { try await sleep(.zero) }
    let completed = [early, member("completed 1"), member("completed 2")]
    createTask(name: "as completed") {
      for try await _ in asCompleted(completed) {}  // as completed
    }
  }

  /// Two that wait for each other, one of them in a gather.
  static func startCircle() throws {
    let known = try Future<AsyncTask<Void>>()
    let right = createTask(name: "right") {
      let left = try await known.value()
      try await left.value()  // right
    }
    let other = createTask(name: "bystander") { try await sleep(.seconds(3600)) }
    let left = createTask(name: "left") {
      _ = try await gather([other, right])  // left
    }
    try? known.setResult(left)
  }

  /// What synchronises.
  static func startPrimitives() async throws {
    let (lock, event) = (Lock(name: "door"), Event(name: "signal"))
    let (condition, barrier) = (Condition(name: "stock"), Barrier(3, name: "start"))
    let (semaphore, bounded) = (AsyncSemaphore(2, name: "slots"), BoundedSemaphore(1, name: "seat"))
    createTask(name: "holder") {
      try await lock.acquire()
      try await bounded.acquire()
      try await semaphore.acquire()
      try await semaphore.acquire()
      try await sleep(.seconds(3600))
    }
    try await sleep(.zero)
    for place in ["first", "second"] {
      createTask(name: "\(place) at lock") {
        try await lock.withLock {}  // lock
      }
      createTask(name: "\(place) at semaphore") {
        try await semaphore.acquire()  // semaphore
      }
      createTask(name: "\(place) at condition") {
        try await condition.acquire()
        try await condition.wait()  // condition
      }
      createTask(name: "\(place) at barrier") {
        try await barrier.wait()  // barrier
      }
    }
    createTask(name: "bounded semaphore") {
      try await bounded.acquire()  // bounded semaphore
    }
    createTask(name: "event") {
      try await event.wait()  // event
    }
  }

  /// Queues of all kinds.
  static func startQueues() {
    let (empty, full) = (Queue<Int>(name: "empty"), Queue<Int>(capacity: 1, name: "full"))
    let (least, stack) = (PriorityQueue<Int>(name: "least"), LIFOQueue<Int>(name: "stack"))
    let feed = Queue<Int>(name: "feed")
    try? full.putNowait(1)
    createTask(name: "get") {
      _ = try await empty.get()  // get
    }
    createTask(name: "put") {
      try await full.put(2)  // put
    }
    createTask(name: "join") {
      try await full.join()  // join
    }
    createTask(name: "priority queue") {
      _ = try await least.get()  // priority queue
    }
    createTask(name: "LIFO queue") {
      _ = try await stack.get()  // LIFO queue
    }
    createTask(name: "iteration") {
      for try await _ in feed {}  // iteration
    }
  }

  /// Threads; the future is done when one of them is blocked and has created a task.
  static func startThreads() -> ThreadFuture<Void> {
    let blocked = ThreadFuture<Void>()
    let pool = ThreadPool(name: "crew", threadLimit: 1)
    guard let loop = EventLoop.running else { return blocked }
    createTask(name: "to thread") {
      try await toThread { try gate.result() }  // to thread
    }
    createTask(name: "in executor") {
      let future = try loop.runInExecutor(pool) {
        runCoroutineThreadsafe(on: loop, name: "from a thread") {
          try await sleep(.seconds(3600))  // from a thread
        }
        try blocked.setResult(())
        try gate.result()
      }
      try await future.value()  // in executor
    }
    createTask(name: "wrapped future") {
      try await wrapFuture(gate).value()  // wrapped future
    }
    return blocked
  }
}
