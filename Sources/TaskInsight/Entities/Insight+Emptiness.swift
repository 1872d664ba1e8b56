import Instrumentation

extension Insight {
  /// Why there are no tasks, for people; nil if there are some.
  public var emptiness: String? {
    guard snapshot.tasks.isEmpty else { return nil }
    if snapshot.losses.tasks > 0 {
      return "no task is listed: \(snapshot.losses.tasks) found no free slot"
    }
    return switch snapshot.process.nativeDetail {
    case .full, .partial: "no tasks at this moment"
    case .notStarted: "no tasks: the program has not run any yet"
    case .noRuntime: "no tasks: the program has no Swift concurrency runtime"
    case .unknownLayout:
      "no tasks: native tasks are not seen, the program's Swift version is not known"
    case .selfTestFailed:
      "no tasks: native tasks are not seen, the first ones contradicted what is known of them"
    }
  }
}
