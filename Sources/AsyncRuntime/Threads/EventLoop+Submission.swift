import AsyncTopBus

/// Creates a task on a loop, from any other thread, and returns what the thread can wait for.
///
/// - Parameters:
///   - loop: Where the task runs.
///   - name: What people call it.
///   - body: What the task does.
/// - Returns: What the task will return or throw. Cancelling it cancels the task. If the loop is
///   closed before the task has begun, it gets `RunnerError.closed`.
@discardableResult
public func runCoroutineThreadsafe<Value: Sendable>(
  on loop: EventLoop, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function,
  _ body: sending @escaping @isolated(any) () async throws -> Value
) -> ThreadFuture<Value> {
  let submission = EventLoop.Submission(ThreadFuture<Value>())
  // Taken once, by the loop.
  nonisolated(unsafe) let body = body
  loop.callSoonThreadsafe {
    guard !submission.future.isDone else { return }
    let task = unsafe loop.create(
      name: name, group: nil, site: Probe.site(fileID, line, function), isolation: nil, body)
    task.addDoneCallback { submission.end(with: $0) }
    submission.future.addDoneCallback { future in
      guard future.isCancelled else { return }
      loop.callSoonThreadsafe { task.cancel() }
    }
  }
  return submission.future
}

extension EventLoop {
  /// A task that a thread waits for.
  ///
  /// The loop has it until the task has ended. If it lets go of it earlier, it was closed.
  final class Submission<Value: Sendable>: Sendable {
    let future: ThreadFuture<Value>

    init(_ future: ThreadFuture<Value>) {
      self.future = future
    }

    deinit {
      future.settle(.failure(RunnerError.closed))
    }

    func end(with task: AsyncTask<Value>) {
      if task.isCancelled {
        future.cancel(message: task.cancelMessage)
      } else {
        future.settle(Result { try task.result() })
      }
    }
  }
}
