import Foundation
import Glibc
import Testing

/// A tmux server of a test's own, with one shell in one window.
final class Multiplexer {
  /// What a condition waited for in vain.
  struct Timeout: Error, CustomStringConvertible {
    let description: String
  }

  private let socket: String
  /// The longest wait for a condition.
  static let limit: TimeInterval = 20

  /// Where the test's own executable is, and the others that were built with it.
  static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  init(columns: Int = 80, rows: Int = 24, environment: [String: String]) throws {
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
  func run(_ arguments: [String]) throws -> String {
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
  func type(_ text: String) throws {
    try run(["send-keys", "-l", text])
  }

  /// Presses a key by tmux's name for it.
  func press(_ key: String) throws {
    try run(["send-keys", key])
  }

  /// Types a line of shell.
  func enter(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// What is on the screen.
  var screen: String {
    get throws { try run(["capture-pane", "-p"]) }
  }

  /// Waits until the screen shows what an expression finds, and returns the screen.
  @discardableResult
  func wait(for expression: some RegexComponent) throws -> String {
    let end = Date(timeIntervalSinceNow: Multiplexer.limit)
    var last = ""
    while Date() < end {
      last = try screen
      if last.firstMatch(of: expression) != nil { return last }
      _ = poll(nil, 0, 10)
    }
    throw Timeout(description: "not shown in time; the screen is:\n\(last)")
  }

  /// Whether the other screen, the mouse and the cursor are on.
  var flags: String {
    get throws {
      try run(["display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"])
        .trimmingCharacters(in: .newlines)
    }
  }
}
