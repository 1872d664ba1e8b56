/// Walks from a task or future to those that wait for it.
///
/// Who waits for what is found by looking at all tasks of the loop once: so that waiting itself
/// costs nothing more for it.
struct CallGraphCapture {
  private let current: AnyAsyncTask?
  private let callSite: CallGraphFrame
  private let limit: Int?
  private var awaiters: [ObjectIdentifier: [AnyAsyncTask]] = [:]
  private var shown: Set<ObjectIdentifier> = []
  private var path: Set<ObjectIdentifier> = []

  init(_ loop: EventLoop, from callSite: CallGraphFrame, limit: Int?) {
    current = loop.current
    self.callSite = callSite
    self.limit = limit
    for task in loop.tasks {
      guard let place = unsafe task.place else { continue }
      for awaited in Self.awaited(in: place) {
        awaiters[ObjectIdentifier(awaited), default: []].append(task)
      }
    }
  }

  /// What a task waits for that waits in a place.
  private static func awaited(in place: any WaitPlace) -> [AnyObject] {
    guard let assembly = place as? Assembly else { return [place] }
    return assembly.members.filter { !$0.isDone }.map { $0 as AnyObject }
  }

  mutating func graph(of future: AnyObject) -> CallGraph {
    let id = ObjectIdentifier(future)
    let task = future as? AnyAsyncTask
    let repetition: CallGraph.Repetition? =
      path.contains(id)
      ? .closesCircle
      : shown.contains(id) ? .shownAbove : path.count >= CallGraph.depthLimit ? .tooDeep : nil
    let subject =
      task.map { CallGraph.Subject.task(name: $0.name, id: $0.id) }
      ?? .future(address: UInt64(UInt(bitPattern: id)))
    guard repetition == nil else {
      return CallGraph(
        subject: subject, waitsFor: nil, callStack: [], awaitedBy: [], repetition: repetition)
    }
    shown.insert(id)
    path.insert(id)
    defer { path.remove(id) }
    let sighting = task.map { TaskSighting($0) }
    var waiting = awaiters[id] ?? []
    if let group = task?.group { waiting += awaiters[ObjectIdentifier(group)] ?? [] }
    return CallGraph(
      subject: subject, waitsFor: task === current ? nil : sighting?.waitsFor,
      callStack: cut(stack(of: task, sighting)), awaitedBy: waiting.map { graph(of: $0) },
      repetition: nil)
  }

  private func stack(of task: AnyAsyncTask?, _ sighting: TaskSighting?) -> [CallGraphFrame] {
    var stack: [CallGraphFrame] = []
    if let task, task === current {
      stack.append(callSite)
    } else if let place = sighting?.waitsAt {
      stack.append(CallGraphFrame(.waits, place))
    }
    if let place = sighting?.created { stack.append(CallGraphFrame(.created, place)) }
    return stack
  }

  private func cut(_ stack: [CallGraphFrame]) -> [CallGraphFrame] {
    guard let limit else { return stack }
    return limit >= 0 ? Array(stack.prefix(limit)) : Array(stack.suffix(-limit))
  }
}

/// Finds where a task or future stands, and who waits for it.
///
/// One look at all tasks of the loop. Edges come from tasks that wait for a task or a future, also
/// in `gather`, `wait`, `asCompleted` and `shield`, and from the owner of a group that waits for
/// its tasks. A native task that waits is not found.
///
/// - Parameters:
///   - future: The task or future; nil for the task that runs. Only on its loop's thread.
///   - limit: How many places of each stack: the innermost so many, or of a negative number the
///     outermost; nil for all.
/// - Returns: Nil if no task of the runtime's runs here and none is given.
public func captureCallGraph(
  of future: (any Waitable)? = nil, limit: Int? = nil, fileID: StaticString = #fileID,
  line: UInt32 = #line, function: StaticString = #function
) -> CallGraph? {
  guard let loop = future?.loop ?? .running else { return nil }
  loop.checkThread()
  guard let future = future ?? loop.current else { return nil }
  let site = CallGraphFrame(
    kind: .runs, file: "\(fileID)", line: line, function: "\(function)")
  var capture = CallGraphCapture(loop, from: site, limit: limit)
  return capture.graph(of: future)
}

/// Says where a task or future stands and who waits for it, as text.
///
///     * Task(name: "reader", id: 7), waits for a timer that fires in 2.0 seconds
///       + Call stack:
///       |   File "Server/Client.swift", line 31
///       |   File "Server/Client.swift", line 12, created in serve()
///       + Awaited by:
///         * Task(name: "main", id: 1), waits for the task reader
///
/// - Parameters: As of `captureCallGraph(of:)`.
/// - Returns: Lines; none if there is no task.
public func formatCallGraph(
  of future: (any Waitable)? = nil, limit: Int? = nil, fileID: StaticString = #fileID,
  line: UInt32 = #line, function: StaticString = #function
) -> String {
  captureCallGraph(of: future, limit: limit, fileID: fileID, line: line, function: function)?
    .description ?? ""
}

/// Writes what `formatCallGraph` returns to standard output.
///
/// - Parameters: As of `captureCallGraph(of:)`.
public func printCallGraph(
  of future: (any Waitable)? = nil, limit: Int? = nil, fileID: StaticString = #fileID,
  line: UInt32 = #line, function: StaticString = #function
) {
  print(
    formatCallGraph(of: future, limit: limit, fileID: fileID, line: line, function: function))
}
