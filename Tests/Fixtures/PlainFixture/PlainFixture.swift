import Glibc

/// A program that knows nothing of asynctop: `PlainFixture what [argument …]`.
@main
enum PlainFixture {
  static func main() async throws {
    let words = CommandLine.arguments
    let number = words.count > 2 ? Int32(words[2]) ?? 0 : 0
    switch words.count > 1 ? words[1] : "" {
    case "exit": exit(number)
    case "kill": kill(getpid(), number)
    case "environment": try environment()
    case "sleepers": await sleepers()
    case "signals": await signals()
    case "chatter": await chatter()
    case "burst": await burst(Int(number))
    case "start": try start(Array(words.dropFirst(2)))
    default: say("started by nobody")
    }
  }

  /// Prints at once, also into a file.
  private static func say(_ words: String...) {
    print(words.joined(separator: " "))
    fflush(nil)
  }

  /// Prints its own environment, in its order, then has env(1) print what a child gets.
  private static func environment() throws {
    var place = unsafe environ
    while let variable = unsafe place.pointee {
      say("own", unsafe String(cString: variable))
      unsafe place += 1
    }
    say("descriptors", descriptors())
    try start(["/usr/bin/env"])
  }

  /// The names of the files in memory that it has open.
  private static func descriptors() -> String {
    (0..<64).compactMap { number in
      let name = unsafe [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
        let length = unsafe buffer.withMemoryRebound(to: CChar.self) {
          unsafe $0.baseAddress.map { unsafe readlink("/proc/self/fd/\(number)", $0, 256) }
        }
        count = max(0, length ?? 0)
      }
      let text = String(decoding: name, as: UTF8.self)
      return text.hasPrefix("/memfd:") ? text : nil
    }.joined(separator: ",")
  }

  private static func start(_ words: [String]) throws {
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var child: pid_t = 0
    guard unsafe posix_spawn(&child, words[0], nil, nil, &arguments, environ) == 0 else {
      exit(127)
    }
    var status: Int32 = 0
    unsafe waitpid(child, &status, 0)
    say("child ended with", "\(status >> 8 & 0xFF)")
  }

  /// Three tasks that sleep until it is killed.
  private static func sleepers() async {
    await withTaskGroup { group in
      for number in 1...3 {
        group.addTask(name: "sleeper \(number)") { try? await Task.sleep(for: .seconds(600)) }
      }
      say("ready")
    }
  }

  /// Says which signals come, until one for the third time.
  private static func signals() async {
    signal(SIGINT) { _ in unsafe write(1, "INT\n", 4) }
    signal(SIGTERM) { _ in
      unsafe write(1, "TERM\n", 5)
      _exit(9)
    }
    say("ready")
    await sleepers()
  }

  /// Writes a line after the other, with colours.
  private static func chatter() async {
    for number in 1... {
      say("\u{1B}[31mline\u{1B}[0m \(number)")
      try? await Task.sleep(for: .milliseconds(100))
    }
  }

  /// So many tasks, at once, as the first thing that it does.
  private static func burst(_ count: Int) async {
    await withTaskGroup { group in
      for number in 0..<count {
        group.addTask(name: "burst \(number)") { await Task.yield() }
      }
    }
  }
}
