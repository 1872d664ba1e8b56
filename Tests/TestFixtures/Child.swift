import Foundation
public import Glibc

/// A program that a test started: what it writes goes to files, and it ends with the test.
///
/// Foundation's Process won't do: it hands the thread's blocked signals down.
public final class Child {
  /// The process.
  public let id: pid_t
  private let files: String
  private var ended: Int32?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: Its path and its arguments.
  ///   - environment: Laid over the test's; an empty value takes a variable away.
  /// - Throws: Why it can't be started.
  public init(_ words: [String], environment: [String: String] = [:]) throws {
    files = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString)"
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var signals = sigset_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    let mode = O_WRONLY | O_CREAT | O_TRUNC
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, files + ".out", mode, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, files + ".err", mode, 0o600)
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    // Tests that run in the background of a shell ignore the keyboard's signals.
    for signal in [SIGINT, SIGQUIT, SIGHUP] { unsafe sigaddset(&signals, signal) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      .filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value)" }
    var vectors = unsafe [words, variables].map { unsafe $0.map { unsafe strdup($0) } + [nil] }
    defer { unsafe vectors.forEach { unsafe $0.forEach { unsafe free($0) } } }
    var child: pid_t = 0
    let failure = unsafe posix_spawn(
      &child, words[0], &actions, &attributes, &vectors[0], &vectors[1])
    guard failure == 0 else { throw POSIXError(.init(rawValue: failure) ?? .EIO) }
    id = child
  }

  deinit {
    if !hasEnded {
      kill(-id, SIGKILL)
      _ = waitpid(id, nil, 0)
    }
    unsafe unlink(files + ".out")
    unsafe unlink(files + ".err")
  }

  /// Sends a signal to it and to what it has started.
  public func send(_ signal: Int32) {
    kill(-id, signal)
  }

  /// Whether it has ended.
  public var hasEnded: Bool {
    guard ended == nil else { return true }
    var status: Int32 = 0
    guard unsafe waitpid(id, &status, WNOHANG) == id else { return false }
    ended = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return true
  }

  /// Waits for its end, and returns its status as a shell would: 128 and the signal that ended it.
  @discardableResult
  public func wait() throws -> Int32 {
    try Waiting.answer("still running; it wrote: \(errors)") { hasEnded ? ended : nil }
  }

  /// What it has written to standard output.
  public var output: String { text(".out") }
  /// What it has written to standard error.
  public var errors: String { text(".err") }

  private func text(_ suffix: String) -> String {
    let data = FileManager.default.contents(atPath: files + suffix)
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
