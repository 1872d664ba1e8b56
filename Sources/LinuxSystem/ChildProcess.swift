import Glibc

/// A program that this one started and will end.
public final class ChildProcess {
  /// Its id.
  public let id: Int32
  private var status: Int32?

  /// Starts a program with the null device as its standard input and output.
  ///
  /// Its standard error is ours.
  ///
  /// - Parameters:
  ///   - path: The executable.
  ///   - arguments: Without the program's name.
  /// - Throws: Why it could not be started.
  public init(path: String, arguments: [String]) throws(Errno) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    // A group of its own, so that the terminal's interrupts reach only us.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var vector = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe vector.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let failure = unsafe posix_spawn(&child, path, &actions, &attributes, &vector, environ)
    guard failure == 0 else { throw Errno(failure) }
    id = child
  }

  /// Whether it still runs.
  ///
  /// One that has ended is taken off the kernel's list.
  public var isRunning: Bool {
    guard status == nil else { return false }
    var ended: Int32 = 0
    if unsafe waitpid(id, &ended, WNOHANG) == id { status = ended }
    return status == nil
  }

  /// Asks it to end, and makes it end if it has not within a second.
  public func stop() {
    guard isRunning else { return }
    kill(id, SIGTERM)
    for _ in 0..<100 where isRunning { Program.waitReadable(-1, milliseconds: 10) }
    guard isRunning else { return }
    kill(id, SIGKILL)
    var ended: Int32 = 0
    while unsafe waitpid(id, &ended, 0) < 0 && errno == EINTR {}
    status = ended
  }

  deinit {
    stop()
  }
}
