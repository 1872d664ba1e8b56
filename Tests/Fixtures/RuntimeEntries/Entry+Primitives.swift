import AsyncRuntime
import Glibc

extension Entry {
  static let primitives = [
    Entry("Lock") { actor in
      let lock = Lock()
      try await lock.acquire()
      later { lock.release() }
      try await inside(actor) { _ in
        try await lock.acquire()
        lock.release()
        try await lock.withLock { try await sleep(.zero) }
      }
      try check(!lock.isLocked, "the lock")
    },
    Entry("Semaphore and BoundedSemaphore") { actor in
      let (semaphore, bounded) = (AsyncSemaphore(0), BoundedSemaphore(1))
      try await bounded.acquire()
      later {
        semaphore.release()
        try bounded.release()
      }
      try await inside(actor) { _ in
        try await semaphore.acquire()
        semaphore.release()
        try await semaphore.withPermit { try await sleep(.zero) }
        try await bounded.acquire()
        try bounded.release()
        try await bounded.withPermit { try await sleep(.zero) }
      }
    },
    Entry("Event") { actor in
      let event = Event()
      later { event.set() }
      try await inside(actor) { _ in try await event.wait() }
    },
    Entry("Condition") { actor in
      let (condition, flag) = (Condition(), Event())
      later {
        try await condition.withLock { condition.notify() }
        flag.set()
        try await condition.withLock { condition.notifyAll() }
      }
      try await condition.acquire()
      try await inside(actor) { _ in
        try await condition.wait()
        condition.release()
        try await condition.acquire()
        try await condition.wait { flag.isSet }
        condition.release()
        try await condition.withLock { try await sleep(.zero) }
      }
      try check(!condition.isLocked, "the condition's lock")
    },
    Entry("Barrier") { actor in
      let barrier = Barrier(2)
      later { try await barrier.wait() }
      let place = try await inside(actor) { _ in try await barrier.wait() }
      try check(place == 0 || place == 1, "the place at the barrier")
    },
    Entry("Queue") { actor in
      let (queue, answers) = (Queue<Int>(capacity: 1), Queue<Int>(capacity: 1))
      later {
        for try await number in queue {
          try await answers.put(2 * number)
          queue.taskDone()
        }
        answers.shutDown()
      }
      let sum = try await inside(actor) { _ in
        var sum = 0
        try await queue.put(1)
        try await queue.put(2)
        sum += try await answers.get()
        try await queue.put(3)
        sum += try await answers.get()
        sum += try await answers.get()
        try await queue.join()
        try await queue.put(4)
        queue.shutDown()
        for try await number in answers { sum += number }
        return sum
      }
      try check(sum == 20, "the queue's sum")
    },
    Entry("Queue of what is not Sendable") { actor in
      final class Box { var value = 1 }
      try await inside(actor) { _ in
        let queue = Queue<Box>(capacity: 1)
        try await queue.put(Box())
        let box = try await queue.get()
        try check(box.value == 1, "the box")
      }
    },
  ]

  static let others = [
    Entry("toThread") { actor in
      let value = try await inside(actor) { _ in try await toThread { 3 } }
      try check(value == 3, "toThread")
    },
    Entry("shutDownDefaultExecutor") { actor in
      guard let loop = EventLoop.running else { return }
      _ = try await toThread { 3 }
      let hasEnded = try await inside(actor) { _ in try await loop.shutDownDefaultExecutor() }
      try check(hasEnded, "shutDownDefaultExecutor")
      loop.setDefaultExecutor(ThreadPool(name: "another"))
    },
    Entry("signals") { actor in
      let sequence = try signals(58)
      later { raiseUnblocked(58) }
      let signal = try await inside(actor) { _ in
        var iterator = sequence.makeAsyncIterator()
        return try await iterator.next()
      }
      try check(signal == 58, "the signal")
    },
    Entry("subprocesses") { actor in
      let child = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe)
      let loud = try createSubprocessShell(
        "cat; echo bad >&2", stdin: .pipe, stdout: .pipe, stderr: .pipe)
      try await inside(actor) { _ in
        let (output, _, status) = try await child.communicate(input: bytes("hello"))
        try check(output == bytes("hello") && status.isSuccess, "communicate")
        try check(try await child.wait() == .exited(0), "wait")
        let all = try await loud.communicate(input: bytes("hello"))
        try check(all.stdout == bytes("hello") && all.stderr == bytes("bad\n"), "both pipes")
      }
    },
    Entry("getaddrinfo, getnameinfo") { actor in
      guard let loop = EventLoop.running else { return }
      try await inside(actor) { _ in
        let found = try await loop.getaddrinfo("127.0.0.1", "80")
        guard let address = found.first?.address else { throw Wrong(what: "no address") }
        let name = try await loop.getnameinfo(address, flags: [.numericHost, .numericService])
        try check(name == ("127.0.0.1", "80"), "the name")
      }
    },
  ]
}

// The loop's thread may have been started with every signal blocked.
private func raiseUnblocked(_ signal: Int32) {
  var one = sigset_t()
  unsafe sigemptyset(&one)
  unsafe sigaddset(&one, signal)
  unsafe pthread_sigmask(SIG_UNBLOCK, &one, nil)
  raise(signal)
}
