public import Instrumentation

extension Insight {
  /// A task's own name, or one that says what it is: `main`, `async let`, the function of its site.
  public func displayName(of task: TaskRecord) -> String {
    let name = snapshot.name(of: task)
    if !name.isEmpty { return name }
    if isMain(task) { return "main" }
    if let function = place(task.site)?.function, !function.isEmpty { return function }
    return task.flags.contains(.asyncLet) ? "async let" : ""
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
      guard let resource = resource(id) else { return "resource" }
      return resource.kind.word + quoted(resource.name)
    }
  }

  /// A group in words: `group “workers” of 3, 2 running`.
  public func groupText(_ group: GroupRecord) -> String {
    "group\(quoted(group.name)) of \(group.spawned), \(group.live) running"
  }

  private func quoted(_ name: String) -> String {
    name.isEmpty ? "" : " “\(name)”"
  }
}

extension ResourceRecord.Kind {
  /// The kind in a word.
  public var word: String {
    self == .resolver ? "name look-up" : self == .unknown ? "resource" : "\(self)"
  }
}

extension TimerRecord.Kind {
  /// The kind in a word.
  public var word: String { "\(self)" }
}

extension TaskState {
  /// The state in a word.
  public var word: String { "\(self)" }
}
