import Foundation
import Launching

/// asynctop as a child process, on the processor that the target doesn't have.
struct Child {
  struct Failure: Error {}

  let id: pid_t

  /// Starts it.
  ///
  /// - Parameters:
  ///   - arguments: What follows its name.
  ///   - terminal: The path of its terminal; without one, its output is thrown away.
  /// - Throws: That it can't be started.
  init(_ arguments: [String], on terminal: String? = nil) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let terminal {
      for descriptor in 0...2 as ClosedRange<CInt> {
        posix_spawn_file_actions_addopen(&actions, descriptor, terminal, O_RDWR, 0)
      }
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID, which the module leaves out.
    posix_spawnattr_setflags(&attributes, 0x80)
    let words =
      ["taskset", "-c", String(Program.other), Program.sibling("asynctop")] + arguments
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    let variables = ProcessInfo.processInfo.environment.merging(["TERM": "xterm-256color"]) { $1 }
    var environment: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { environment.forEach { free($0) } }
    var id = pid_t()
    guard posix_spawnp(&id, "taskset", &actions, &attributes, &argv, &environment) == 0 else {
      throw Failure()
    }
    self.id = id
  }

  /// What it has used when it has ended.
  func wait() -> rusage {
    var (usage, status) = (rusage(), CInt())
    wait4(id, &status, 0, &usage)
    return usage
  }

  /// Processor seconds so far.
  var processorSeconds: Double {
    guard let fields = read("stat").split(separator: ")").last?.split(separator: " "),
      let user = Double(fields[11]), let system = Double(fields[12])
    else { return 0 }
    return (user + system) / Double(sysconf(CInt(_SC_CLK_TCK)))
  }

  /// A size in megabytes that its status has.
  func megabytes(_ name: String) -> Double {
    let line = read("status").split(separator: "\n").first { $0.hasPrefix(name) }
    let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
    return (kilobytes ?? 0) / 1024
  }

  private func read(_ file: String) -> String {
    guard let stream = fopen("/proc/\(id)/\(file)", "r") else { return "" }
    defer { fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = fread(&bytes, 1, bytes.count, stream)
    return String(decoding: bytes[..<count], as: UTF8.self).replacingOccurrences(
      of: "\t", with: " ")
  }
}

/// Seconds of the monotonic clock.
var now: Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// A list that was printed to nowhere.
struct CommandRun {
  let seconds: Double
  let processorSeconds: Double
  let megabytes: Double

  init(_ arguments: [String], of target: Target) throws {
    let start = now
    let child = try Child([arguments[0], String(target.id)] + arguments.dropFirst())
    let usage = child.wait()
    seconds = now - start
    func time(_ value: timeval) -> Double { Double(value.tv_sec) + Double(value.tv_usec) / 1e6 }
    processorSeconds = time(usage.ru_utime) + time(usage.ru_stime)
    megabytes = Double(usage.ru_maxrss) / 1024
  }
}
