import AsyncTopBus

extension AnyAsyncTask: Hashable {
  /// Whether both are the same task.
  public static func == (left: AnyAsyncTask, right: AnyAsyncTask) -> Bool { left === right }

  /// Feeds its identity.
  public final func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }
}

extension AnyAsyncTask: CustomStringConvertible {
  /// For people: its type, name and id, and on its loop's thread what it does and how many wait for
  /// it, as in `AsyncTask<Int> “reader” 7, waits for a timer that fires in 2.0 seconds`.
  public final var description: String {
    let identity = "\(type(of: self)) “\(name)” \(id)"
    guard loop.isOnThread else { return identity }
    let waiting = observers.count == 0 ? "" : ", \(observers.count) waiting for it"
    return "\(identity), \(stateInWords)\(waiting)"
  }

  private var stateInWords: String {
    switch state {
    case .returned: "returned"
    case .threw: "threw \(failure.map { "\($0)" } ?? "")"
    case .cancelled: cancelMessage.map { "cancelled: \($0)" } ?? "cancelled"
    case .pending:
      if self === loop.current {
        "runs"
      } else if let waitsFor = TaskSighting(self).waitsFor {
        "waits for \(waitsFor)"
      } else {
        "ready"
      }
    }
  }
}
