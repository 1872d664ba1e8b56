import CAsyncTopLinux
import Glibc

/// This process as a program: how it was started and how it ends.
public enum Program {
  /// Ends the process at once with a status, after what exit handlers do.
  public static func exit(_ status: Int32) -> Never {
    Glibc.exit(status)
  }

  /// Has a function called when the process exits, on the thread that calls `exit`; what was given
  /// last is called first.
  public static func atExit(_ body: @escaping @convention(c) () -> Void) {
    atexit(body)
  }

  /// Ends the process by a signal, as it would have without a handler, so that whoever started it
  /// sees why.
  public static func end(by signal: Int32) -> Never {
    Glibc.signal(signal, SIG_DFL)
    kill(getpid(), signal)
    Glibc.exit(128 + signal)
  }

  /// Makes standard input, output and error that were closed fail as closed ones do, but keeps
  /// their numbers from meaning files that are opened later.
  public static func reserveStandardDescriptors() {
    linux_reserve_standard()
  }

  /// Lets this process open as many files as whoever started it allows (`ulimit -Hn`).
  ///
  /// - Returns: How many it may have open at once.
  public static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(files, &limit) == 0 else { return .max }
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(files, &limit)
    guard unsafe getrlimit(files, &limit) == 0 else { return .max }
    return Int(clamping: limit.rlim_cur)
  }

  /// Writes out what was printed so far.
  ///
  /// - Throws: Why it can't be written.
  public static func flushOutput() throws(Errno) {
    guard fflush(nil) == 0 else { throw Errno.last }
  }

  /// From now on, what asks the program to end (SIGINT, SIGTERM, SIGHUP) is only noted, and writing
  /// to a pipe that nobody reads is an error, not the end.
  ///
  /// A signal that whoever started the program has it ignore, as nohup(1) does, stays ignored.
  public static func catchEnding() {
    linux_catch_ending()
  }

  /// Whether the program was asked to end since ``catchEnding()``.
  public static var wasAskedToEnd: Bool { linux_ending_signal() != 0 }

  /// A variable of the environment; nil if it is not set.
  public static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Sets a variable of the environment; nil takes it out.
  ///
  /// All others stay where they are. Only while this process has one thread.
  public static func setEnvironment(_ name: String, to value: String?) {
    if let value {
      unsafe setenv(name, value, 1)
    } else {
      unsafe unsetenv(name)
    }
  }

  /// Those of some variables of the environment that are set.
  public static func environment(of names: [String]) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        environment(name).map { (name, $0) }
      })
  }

  /// Whether a descriptor is a terminal.
  public static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// The path of this program's own executable.
  public static var executable: String {
    ProcessFiles.linkTarget("/proc/self/exe") ?? CommandLine.arguments.first ?? ""
  }

  /// The number of the user that it runs as.
  public static var user: UInt32 { geteuid() }

  /// Finds a program as a shell does: by its path, or by its name in the folders of `PATH`.
  ///
  /// - Returns: Its path; nil if none of that name may be executed.
  public static func find(_ name: String) -> String? {
    if name.contains("/") { return name }
    let folders = environment("PATH") ?? "/bin:/usr/bin"
    return folders.split(separator: ":", omittingEmptySubsequences: false).lazy
      .map { $0.isEmpty ? "./\(name)" : "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
  }

  /// The kernel's release, such as `6.1.0-18-amd64`.
  public static var kernelRelease: String {
    ProcessFiles.contents("/proc/sys/kernel/osrelease", limit: 256).map {
      String($0.prefix { $0 != "\n" })
    } ?? "unknown"
  }

  /// Has the kernel end this process when the one that started it ends, however it does.
  ///
  /// - Parameter parent: The id of the process that started it, which may have ended by now.
  public static func end(withParent parent: Int32) {
    _ = linux_end_with_parent(SIGTERM)
    // Another parent means that the one that is meant has ended before the call.
    if getppid() != parent { Glibc.exit(0) }
  }

  /// Lets signals through that whoever started this program may have blocked in it, as a mask is
  /// handed down: without them it could not be interrupted, and a terminal would not be followed.
  public static func unblockSignals() {
    linux_unblock_signals()
  }

  /// Suspends this thread until a descriptor can be read, or for some time.
  ///
  /// - Parameters:
  ///   - descriptor: −1 to wait for the time alone.
  ///   - milliseconds: The limit.
  /// - Returns: Whether it can be read.
  @discardableResult
  public static func waitReadable(_ descriptor: Int32, milliseconds: Int32) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wanted, 1, milliseconds) > 0
  }
}
