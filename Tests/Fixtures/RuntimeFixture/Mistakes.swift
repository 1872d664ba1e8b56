import AsyncRuntime
import Glibc

/// Mistakes in a program, each of which ends it, made in its main task.
///
/// Each says first on which line it is made, the one after that, if the call knows its caller.
@MainActor
enum Mistakes {
  private typealias Mistake = @MainActor () async throws -> Void

  nonisolated static func main(_ name: String) throws {
    if name == "no loop" {
      here()
      return _ = createTask {}
    }
    try AsyncRuntime.run {
      guard let mistake = primitives[name] ?? running[name] ?? network[name] else {
        return say("no such mistake")
      }
      try await mistake()
    }
    say("went on")
  }

  private static let primitives: [String: Mistake] = [
    "lock": {
      here()
      Lock().release()
    },
    "lock released inside": {
      let lock = Lock()
      here()
      try await lock.withLock { lock.release() }
    },
    "condition": {
      here()
      Condition().release()
    },
    "notify": {
      here()
      Condition().notify()
    },
    "notify all": {
      here()
      Condition().notifyAll()
    },
    "wait": {
      here()
      try await Condition().wait()
    },
    "semaphore": {
      here()
      _ = AsyncSemaphore(-1)
    },
    "bounded semaphore": {
      here()
      _ = BoundedSemaphore(-1)
    },
    "barrier": {
      here()
      _ = Barrier(0)
    },
    "queue": {
      here()
      _ = Queue<Int>(capacity: -1)
    },
    "priority queue": {
      here()
      _ = PriorityQueue<Int>(capacity: -1)
    },
    "task done": {
      here()
      Queue<Int>().taskDone()
    },
    "group limit": {
      here()
      try await withAsyncTaskGroup(maxRunning: 0) { _ in }
    },
    "group error": {
      here()
      throw TaskGroupError([])
    },
    "token": {
      let token = ContextVariable("one", default: 1).set(2)
      here()
      ContextVariable("other", default: 1).reset(token)
    },
  ]

  private static let running: [String: Mistake] = [
    "run again": {
      // In a closure that is not asynchronous: directly in a task it does not compile.
      here()
      let run = { try EventLoop.running?.runUntilComplete {} }
      try run()
    },
    "run for ever": {
      let run = { try EventLoop.running?.runForever() }
      try run()
    },
    "run another": {
      let loop = try newEventLoop(name: "other")
      here()
      let run = { try loop.runUntilComplete {} }
      try run()
    },
    "close": { EventLoop.running?.close() },
    "closed": {
      let loop = try newEventLoop(name: "other")
      loop.close()
      loop.callSoon {}
    },
    "thread": {
      let loop = EventLoop.running
      try await toThread { loop?.stop() }
    },
    "pool": {
      here()
      _ = ThreadPool(threadLimit: 0)
    },
    "block": {
      here()
      _ = try ThreadFuture<Int>().result()
    },
  ]

  private static let network: [String: Mistake] = [
    "write after the end": {
      let (_, writer) = try openConnection(socket: Socket.pair().0)
      writer.writeEOF()
      writer.write([1])
    },
    "write lines after the end": {
      let (_, writer) = try openConnection(socket: Socket.pair().0)
      writer.writeEOF()
      writer.writeLines([[1]])
    },
    "write into a file": {
      let (ours, theirs) = try Socket.pair()
      let (_, writer) = try openConnection(socket: ours)
      createTask { try await writer.sendFile(OpenFile(path: "/proc/self/exe")) }
      try await sleep(.zero)
      writer.write([1])
      withExtendedLifetime(theirs) {}
    },
    "marks": {
      let (_, writer) = try openConnection(socket: Socket.pair().0)
      writer.setWriteBufferLimits(high: 1, low: 2)
    },
    "limit": { _ = try openConnection(socket: Socket.pair().0, lineLimit: 0) },
    "two loops": {
      let (ours, theirs) = try Socket.pair()
      createTask { try await EventLoop.running?.sockRecv(ours, 1) }
      try await sleep(.zero)
      try await toThread {
        let loop = try newEventLoop(name: "other")
        here()
        _ = try loop.runUntilComplete { try await loop.sockRecv(ours, 1) }
      }
      withExtendedLifetime(theirs) {}
    },
    "descriptor": {
      here()
      _ = OpenFile(owning: -1)
    },
    "input": {
      let child = try createSubprocessExec("true")
      here()
      _ = try await child.communicate(input: [1])
    },
    "output": {
      let child = try createSubprocessExec("printf", ["one\\ntwo"], stdout: .pipe)
      guard let output = child.stdout else { return }
      _ = try await output.readLine()
      _ = try createSubprocessExec("cat", stdin: .output(output))
    },
  ]

  nonisolated private static func here(line: UInt32 = #line) {
    say("\(line + 1)")
  }

  // At once: what is buffered is lost when the program ends in this way.
  nonisolated private static func say(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { bytes in
      _ = unsafe write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
    }
  }
}
