import Synchronization

/// A callback that is dropped, so that nobody resumes who waits for it.
@Sendable func leakedContinuation() async {
  await withTaskGroup(of: Void.self) { group in
    group.addTask(name: "checkout") { await payment(of: 3) }
    group.addTask(name: "heartbeat") { await heartbeat() }
  }
}

func payment(of amount: Int) async {
  await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
    dropped.withLock { $0.append(continuation) }
  }
}

let dropped = Mutex<[CheckedContinuation<Void, Never>]>([])

func heartbeat() async {
  while true { try? await Task.sleep(for: .milliseconds(500)) }
}

/// A consumer that looks at a flag before it waits, and a producer that sets it in between.
@Sendable func lostWake() async {
  let mailbox = Mailbox()
  await withTaskGroup(of: Void.self) { group in
    group.addTask(name: "consumer") { await mailbox.next() }
    group.addTask(name: "producer") {
      mailbox.put()
      await heartbeat()
    }
  }
}

final class Mailbox: Sendable {
  private let waiter = Mutex<CheckedContinuation<Void, Never>?>(nil)

  func put() {
    waiter.withLock { $0 }?.resume()
  }

  func next() async {
    // The producer has come and gone by then.
    try? await Task.sleep(for: .milliseconds(100))
    await withCheckedContinuation { continuation in waiter.withLock { $0 = continuation } }
  }
}

/// A task that was cancelled and doesn't look.
@Sendable func ignoredCancellation() async {
  let export = Task(name: "export") { await exportAll() }
  try? await Task.sleep(for: .milliseconds(100))
  export.cancel()
  await export.value
}

func exportAll() async {
  while true {
    await withCheckedContinuation { continuation in
      Task.detached(name: "page") {
        try? await Task.sleep(for: .milliseconds(200))
        continuation.resume()
      }
    }
  }
}
