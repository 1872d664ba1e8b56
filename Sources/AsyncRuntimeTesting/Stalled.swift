import AsyncRuntime

/// A test in virtual time came to a stand: nothing was ready, no timer was pending, and nothing
/// came from other threads or the kernel for as long as the test was willing to wait.
///
/// Its tasks were cancelled then.
public struct Stalled: Error, CustomStringConvertible {
  /// What every task waited for.
  public let report: String

  /// For people.
  public var description: String { report }

  static func report(of loop: EventLoop) -> String {
    let tasks = loop.unendedTasks.map { "\n- task \(TaskSighting($0))" }
    return "nothing can go on, and no timer is pending:" + tasks.joined()
  }
}
