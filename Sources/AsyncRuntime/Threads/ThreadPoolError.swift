/// A thread pool can't take a function.
@nonexhaustive
public enum ThreadPoolError: Error, Equatable, CustomStringConvertible {
  /// It was shut down; its name.
  case shutDown(String)
  /// It has no thread, and the kernel gave it none; its name, and why.
  case noThread(String, reason: String)

  /// For people.
  public var description: String {
    switch self {
    case .shutDown(let name): "the thread pool “\(name)” was shut down"
    case .noThread(let name, let reason): "the thread pool “\(name)” got no thread: \(reason)"
    }
  }
}
