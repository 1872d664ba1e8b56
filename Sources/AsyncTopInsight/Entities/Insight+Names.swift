public import AsyncTopBus

extension Insight {
  /// A task's own name, untrusted; empty if it has none.
  public func name(of task: TaskRecord) -> String { snapshot.name(of: task) }

  /// A task's own name, or one that says what it is: `main`, the function of its site, `async let`.
  public func displayName(of task: TaskRecord) -> String {
    displayName(of: task, named: snapshot.name(of: task))
  }

  /// The name that a task had, or one that says what it was.
  public func displayName(of task: FinishedTask) -> String {
    displayName(of: task.record, named: task.name)
  }

  /// The name of a task, if it is not empty, else one that says what it is.
  public func displayName(of task: TaskRecord, named name: String) -> String {
    if !name.isEmpty { return name }
    if isMain(task) { return "main" }
    return codeNames.value(for: codeKey(of: task)) { codeName(of: task) }
  }

  /// What says what a task is that has no name: those for which this is the same are called the
  /// same.
  func codeKey(of task: TaskRecord) -> UInt64 {
    let kind: UInt64 = task.flags.contains(.asyncLet) ? 1 : 0
    return kind << 48 | UInt64(task.stackKey) << 32 | UInt64(task.site)
  }

  /// What a task is called by its code.
  private func codeName(of task: TaskRecord) -> String {
    let body = places.body(task.site, in: snapshot) ?? backtrace(of: task)?.body
    if task.flags.contains(.asyncLet) { return asyncLetName(of: task, running: body) }
    return body?.bodyName ?? location(task.site)?.functionName ?? ""
  }

  /// The function that an `async let` calls; what it runs itself is an implicit closure.
  private func asyncLetName(of task: TaskRecord, running body: SourceLocation?) -> String {
    let callee = backtrace(of: task)?.places.last {
      $0.origin == .user && !$0.function.hasPrefix("implicit closure")
    }
    guard let callee, callee.function != body?.function || !callee.function.contains("closure")
    else { return "async let" }
    return callee.functionName
  }

  /// What something is called in a sentence: `task 12 “fetch”`, `lock “accounts”`.
  public func label(_ entity: EntityID) -> String {
    switch entity {
    case .task(let id):
      let name = task(id).map(snapshot.name(of:)) ?? ""
      return "task \(id)" + quoted(name)
    case .group(let id):
      return group(id).map(groupText) ?? "group"
    case .timer:
      return "timer"
    case .resource(let id):
      guard let resource = resource(id) else { return Insight.unlistedText(id) }
      if resource.kind == .stream { return streamText(resource) }
      // Such a thing is called what the call is that waits for it.
      return resource.kind.isAssembly
        ? resource.name : resource.kind.word + quoted(resource.name)
    case .future:
      return "future"
    case .executor(_, let type):
      return executorText(type)
    case .thread:
      return "thread"
    }
  }

  /// How long ago a task ended: `3s`, or `≤3s` if nobody saw when.
  public func endText(of task: FinishedTask) -> String {
    let ago = CompactText.duration(nanoseconds(snapshot.now -| task.ended))
    return task.isLost ? "≤\(ago)" : ago
  }

  /// A group in words: `group “workers” of 3, 2 running`.
  public func groupText(_ group: GroupRecord) -> String {
    let all = !isMeasured(group) ? "" : " of \(group.spawned)"
    return "group\(quoted(group.name))\(all), \(group.live) running"
  }

  /// What is not in the table of resources: `event, not listed`.
  static func unlistedText(_ id: UInt64) -> String {
    let kind = ResourceRecord.Kind(unlisted: id) ?? .unknown
    return (kind == .unknown ? "something" : kind.word) + ", not listed"
  }

  private func streamText(_ stream: ResourceRecord) -> String {
    stream.kind.word + (stream.name.isEmpty ? "" : " of \(stream.name)")
  }

  private func quoted(_ name: String) -> String {
    name.isEmpty ? "" : " “\(name)”"
  }
}

extension SourceLocation {
  /// The function without what it is a member of, short enough for a name: `sell(_:_:)` of
  /// `static Shop.sell(_:_:)`.
  fileprivate var functionName: String { Self.name(of: function) }

  /// The function as that which a task runs: a closure is called one of what it is in,
  /// `closure #1 in sell(_:_:)`.
  fileprivate var bodyName: String {
    guard function.hasPrefix("closure #"), let end = function.range(ofFirst: " in "),
      let start = function.range(ofLast: " in ")
    else { return functionName }
    return function[..<end.upperBound] + Self.name(of: String(function[start.upperBound...]))
  }

  private static func name(of function: String) -> String {
    let name = function.prefix { $0 != "(" }
    guard let end = name.lastIndex(where: { $0 == "." || $0 == " " }),
      name.index(after: end) < name.endIndex
    else { return function }
    return String(function[function.index(after: end)...])
  }
}

extension String {
  /// Where a text stands first.
  fileprivate func range(ofFirst text: String) -> Range<Index>? {
    indices.lazy.compactMap { self.range(of: text, at: $0) }.first
  }

  /// Where a text stands last.
  fileprivate func range(ofLast text: String) -> Range<Index>? {
    indices.reversed().lazy.compactMap { self.range(of: text, at: $0) }.first
  }

  private func range(of text: String, at start: Index) -> Range<Index>? {
    guard self[start...].hasPrefix(text) else { return nil }
    return start..<index(start, offsetBy: text.count)
  }
}

extension ResourceRecord.Kind {
  /// The kind in a word.
  public var word: String {
    switch self {
    case .resolver: "name look-up"
    case .unknown: "resource"
    case .allOf: "all of"
    case .anyOf: "any of"
    default: "\(self)"
    }
  }
}

extension TimerRecord.Kind {
  /// The kind in a word.
  public var word: String {
    switch self {
    case .sleep: "sleep"
    case .callback: "callback"
    case .timeout: "timeout"
    }
  }
}

extension TaskState {
  /// The state in a word.
  public var word: String {
    switch self {
    case .ended: "ended"
    case .created: "created"
    case .scheduled: "scheduled"
    case .running: "running"
    case .waiting: "waiting"
    }
  }
}
