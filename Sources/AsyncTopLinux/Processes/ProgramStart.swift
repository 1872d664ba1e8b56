import CAsyncTopLinux
import Glibc

/// A program that is about to be started.
public struct ProgramStart {
  /// Its path; or, without a slash, its name, to be found in the folders of `PATH`.
  public var program: String
  /// Its arguments, without its name.
  public var arguments: [String]
  /// All its variables; nil for those of this process.
  public var environment: [String: String]?
  /// Its working directory, in which also a relative path of the program is looked up; nil for that
  /// of this process.
  public var directory: String?
  /// What becomes its standard input, output and error; nil for those of this process.
  public var streams: (input: CInt?, output: CInt?, error: CInt?) = (nil, nil, nil)
  /// Further descriptors that it keeps, with their numbers.
  ///
  /// It gets no others.
  public var kept: [CInt] = []
  /// Whether it begins a session, and with that a process group.
  public var beginsSession = false
  /// Whether its standard output, a terminal, becomes that of its session.
  public var ownsTerminal = false
  /// The process group that it joins: 0 for one of its own; nil for that of this process.
  public var group: Int32?

  /// A program with this process's variables, working directory and standard streams.
  public init(_ program: String, _ arguments: [String] = []) {
    self.program = program
    self.arguments = arguments
  }

  /// Starts it.
  ///
  /// The thread waits until the program runs or has failed to, some tenths of a millisecond. The
  /// program has no signal blocked, and of those ignored here only `SIGPIPE` is not ignored there.
  ///
  /// - Returns: The process.
  /// - Throws: `ProgramStartError`; no process is left behind then.
  public func start() throws(ProgramStartError) -> ProcessHandle {
    let variables = environment?.map { "\($0.key)=\($0.value)" }
    let words = [program, directory ?? ""] + arguments + (variables ?? [])
    let hasZero = words.contains { $0.utf8.contains(0) }
    let hasBadName = environment?.keys.contains { $0.isEmpty || $0.contains("=") } ?? false
    guard !hasZero, !hasBadName else { throw ProgramStartError(.words, .invalidArgument) }
    let spawned = spawn(variables)
    guard spawned.error == 0 else {
      throw ProgramStartError(Self.step(spawned.step), Errno(spawned.error))
    }
    return ProcessHandle(id: spawned.id, owning: spawned.pidfd)
  }

  private func spawn(_ variables: [String]?) -> linux_spawned {
    let (paths, words) = (CStringVector(paths), CStringVector([program] + arguments))
    let variables = variables.map { CStringVector($0) }
    let directory = CStringVector(directory.map { [$0] } ?? [])
    let kept = Set(kept).filter { $0 > 2 }.sorted()
    return withExtendedLifetime((paths, words, variables, directory)) {
      unsafe kept.withUnsafeBufferPointer { kept in
        var program = unsafe linux_program(
          paths: UnsafeRawPointer(paths.pointer)?
            .assumingMemoryBound(to: UnsafePointer<CChar>?.self),
          arguments: words.pointer, environment: variables?.pointer ?? environ,
          directory: directory.pointer?.pointee,
          streams: (streams.input ?? -1, streams.output ?? -1, streams.error ?? -1),
          kept: kept.baseAddress, kept_count: kept.count,
          new_session: beginsSession, terminal: ownsTerminal ? 1 : -1, group: group ?? -1)
        return unsafe linux_spawn(&program)
      }
    }
  }

  // Where it may be, in the order in which it is tried.
  private var paths: [String] {
    guard !program.isEmpty, !program.contains("/") else { return [program] }
    let folders = environment.map { $0["PATH"] } ?? Program.environment("PATH")
    // What glibc searches without the variable; an empty entry is the working directory.
    return (folders ?? "/bin:/usr/bin").split(separator: ":", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? program : "\($0)/\(program)" }
  }

  private static func step(_ number: CInt) -> ProgramStartError.Step {
    switch linux_spawn_step(UInt32(number)) {
    case LINUX_SPAWN_SESSION: .session
    case LINUX_SPAWN_GROUP: .group
    case LINUX_SPAWN_DIRECTORY: .directory
    case LINUX_SPAWN_DESCRIPTORS: .descriptors
    case LINUX_SPAWN_EXECUTE: .execute
    default: .create
    }
  }
}

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

/// Strings as C takes a list of them: pointers that end with a null.
@safe
final class CStringVector {
  private let storage: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

  /// Copies the strings.
  init(_ strings: [String]) {
    unsafe storage = .allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() {
      unsafe storage.initializeElement(at: index, to: strdup(string))
    }
    unsafe storage.initializeElement(at: strings.count, to: nil)
  }

  deinit {
    unsafe storage.forEach { unsafe free($0) }
    unsafe storage.deallocate()
  }

  /// The first pointer; the list lives as long as this.
  var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    unsafe storage.baseAddress
  }
}
