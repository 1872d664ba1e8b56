/// A program could not be started.
public struct ProgramStartError: Error, Hashable, Sendable {
  /// What failed.
  public var step: Step
  /// Why.
  public var reason: Errno

  /// What is done to start a program.
  public enum Step: Hashable, Sendable {
    /// Its words can't be handed over: there is a zero byte in one, or a `=` in a variable's name.
    case words
    /// A process is made.
    case create
    /// A session is made.
    case session
    /// It joins a process group or makes one.
    case group
    /// It goes to its working directory.
    case directory
    /// It gets its descriptors.
    case descriptors
    /// The program is executed.
    case execute
  }

  init(_ step: Step, _ reason: Errno) {
    self.step = step
    self.reason = reason
  }
}
