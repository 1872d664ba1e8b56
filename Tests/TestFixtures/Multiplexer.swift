import Foundation
import Glibc

/// A tmux server of a test's own, with one shell in one window.
public final class Multiplexer {
  private let socket: String

  /// Starts the server and the shell, which has no environment but this.
  public init(columns: Int = 80, rows: Int = 24, environment: [String: String]) throws {
    socket =
      FileManager.default.temporaryDirectory
      .appending(path: "asynctop-test-\(UUID().uuidString)").path
    let variables = environment.map { "\($0.key)=\($0.value)" }
    try run(
      ["-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"]
        + ["env", "-i", "PATH=/usr/bin:/bin", "HOME=/", "PS1=$ "] + variables
        + ["bash", "--norc", "--noprofile"])
  }

  deinit {
    _ = try? run(["kill-server"])
    unsafe unlink(socket)
  }

  /// Runs a tmux command and returns what it prints.
  ///
  /// Foundation's Process won't do: it hands the thread's blocked signals down to the server, which
  /// stays, and waits for it.
  @discardableResult
  public func run(_ arguments: [String]) throws -> String {
    let file = "\(socket).out"
    defer { unsafe unlink(file) }
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var signals = sigset_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = unsafe (["tmux", "-S", socket] + arguments)
      .map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let failure = unsafe posix_spawn(
      &process, "/usr/bin/tmux", &actions, &attributes, words, environ)
    guard failure == 0 else { throw POSIXError(.init(rawValue: failure) ?? .EIO) }
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
    return try String(contentsOfFile: file, encoding: .utf8)
  }

  /// Types text as it is.
  public func type(_ text: String) throws {
    try run(["send-keys", "-l", text])
  }

  /// Presses a key by tmux's name for it.
  public func press(_ key: String) throws {
    try run(["send-keys", key])
  }

  /// Types a line of shell.
  public func enter(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// What is on the screen.
  public var screen: String {
    get throws { try run(["capture-pane", "-p"]) }
  }

  /// Waits until the screen shows what an expression finds, and returns the screen.
  @discardableResult
  public func wait(for expression: some RegexComponent) throws -> String {
    try wait { $0.firstMatch(of: expression) != nil }
  }

  /// Waits until the screen is as it should be, and returns it.
  @discardableResult
  public func wait(until isRight: (String) -> Bool) throws -> String {
    var last = ""
    return try Waiting.answer("not shown in time; the screen is:\n\(last)") {
      last = try screen
      return isRight(last) ? last : nil
    }
  }

  /// Whether the other screen, the mouse and the cursor are on.
  public var flags: String {
    get throws {
      try run(["display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"])
        .trimmingCharacters(in: .newlines)
    }
  }
}
