package import AsyncTopBus

/// What a task does, in words, as far as this process knows it: by the runtime, and by the probe if
/// that is on.
package struct TaskSighting {
  /// Its name.
  package let name: String
  /// Where it was created.
  package let created: SourceLocation?
  /// What it waits for; nil if it does not wait.
  package let waitsFor: String?
  /// Where it waits.
  package let waitsAt: SourceLocation?
  /// For how long, of real time, it has been doing what it does.
  package let duration: Duration?

  /// Looks at a task.
  ///
  /// Only on its loop's thread.
  package init(_ task: AnyAsyncTask) {
    task.loop.checkThread()
    name = task.name
    let members = (unsafe task.place as? Assembly).map { Self.words(for: $0) }
    guard let region = OwnRegion(), let address = unsafe task.nativeAddress,
      let record = unsafe region.task(at: address)
    else {
      (created, waitsAt, duration) = (nil, nil, nil)
      waitsFor = members ?? (unsafe task.place == nil ? nil : "something")
      return
    }
    created = region.location(record.site)
    waitsAt = region.location(record.waitSite)
    duration = region.duration(since: record.since)
    waitsFor = members ?? Self.words(for: record.waitsFor, region, task.loop)
  }

  private static func words(for assembly: Assembly) -> String {
    let count = assembly.members.count
    return count == 1
      ? "what it has put in \(assembly.name)"
      : "\(assembly.pending) of \(count) in \(assembly.name)"
  }

  private static func words(
    for reason: WaitReason, _ region: OwnRegion, _ loop: EventLoop
  ) -> String? {
    switch reason {
    case .none: nil
    case .task(let id): "the task \(name(of: id, loop))"
    case .group: "the tasks of a group"
    case .continuation: "a continuation"
    case .executor: "its turn on an executor"
    case .timer(0): "its next turn"
    case .timer(let id): "a timer" + remaining(region.timer(id), loop)
    case .resource(let id):
      region.resource(id).map { words(for: $0, loop) }
        ?? ResourceRecord.Kind(unlisted: id).map { "a \($0)" } ?? "something"
    case .future: "a future"
    case .unknown: "something"
    }
  }

  private static func remaining(_ timer: TimerRecord?, _ loop: EventLoop) -> String {
    let now = loop.nanosecondsNow
    guard let timer, timer.deadline > now else { return "" }
    return " that fires in \(Duration.nanoseconds(timer.deadline - now))"
  }

  private static func words(for resource: ResourceRecord, _ loop: EventLoop) -> String {
    let name =
      resource.name.isEmpty ? "a \(resource.kind)" : "the \(resource.kind) \(resource.name)"
    return resource.holder == 0
      ? name : name + ", held by the task \(Self.name(of: resource.holder, loop))"
  }

  private static func name(of task: UInt64, _ loop: EventLoop) -> String {
    loop.tasks.first { $0.id == task }?.name ?? "#\(task)"
  }
}

extension TaskSighting: CustomStringConvertible {
  /// One line: `"worker", created at Server.swift:12, waits for a timer at Server.swift:14`.
  package var description: String {
    var text = "\"\(name)\""
    if let created { text += ", created at \(created.short)" }
    if let waitsFor { text += ", waits for \(waitsFor)" }
    if let waitsAt { text += " at \(waitsAt.short)" }
    return text
  }
}
