import Foundation
import Glibc
import TestFixtures
import Testing

/// Programs that have nothing to do with asynctop, and what asynctop does to them: nothing.
@Suite struct `Other people's programs` {
  /// Every command that looks for processes.
  static let commands = [
    "ps no-such-process", "doctor", "attach no-such-process", "tree x", "ps $1",
  ]

  @Test(arguments: commands)
  func `keep what is in their pipes`(command: String) throws {
    let scratch = try Scratch()
    let path = scratch.file("queue")
    #expect(unsafe mkfifo(path, 0o600) == 0)
    let queue = unsafe open(path, O_RDWR | O_NONBLOCK)
    defer { close(queue) }
    let text = "asynctop\u{1}\0\0\0 and what follows"
    #expect(unsafe write(queue, text, text.utf8.count) == text.utf8.count)
    let other = try Target(["/bin/sh", "-c", "exec 3<>\"$1\"; exec sleep 1000", "sh", path])
    try Waiting.answer("the pipe was not opened") { other.has(path) ? 1 : nil }
    _ = try Command(shell: "$A \(command)", other.id)
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(queue, &bytes, 64)
    #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == text)
  }

  @Test(arguments: commands)
  func `have files that nobody opens`(command: String) throws {
    let scratch = try Scratch()
    var content = Data("asynctop\u{1}\0\0\0".utf8)
    content.count = 1 << 20
    // Also under the name that the kernel gives to a file in memory.
    let names = ["database", "memfd:asynctop (deleted)", "memfd:asynctop-observers (deleted)"]
    let paths = try names.map { try scratch.write($0, content) }
    let line = "exec 3<\"$1\" 4<\"$2\" 5<\"$3\"; exec sleep 1000"
    let other = try Target(["/bin/sh", "-c", line, "sh"] + paths)
    try Waiting.answer("the files were not opened") { paths.allSatisfy(other.has) ? 1 : nil }
    let watch = inotify_init1(Int32(IN_NONBLOCK))
    defer { close(watch) }
    for path in paths { #expect(unsafe inotify_add_watch(watch, path, UInt32(IN_OPEN)) >= 0) }
    _ = try Command(shell: "$A \(command)", other.id)
    var events = [UInt8](repeating: 0, count: 4096)
    #expect(unsafe read(watch, &events, 4096) == -1)
    // It does tell.
    _ = try Data(contentsOf: URL(fileURLWithPath: paths[0]))
    #expect(unsafe read(watch, &events, 4096) > 0)
  }
}

extension Target {
  /// Whether it has a file open.
  func has(_ path: String) -> Bool {
    let folder = "/proc/\(id)/fd"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return numbers.contains {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path
    }
  }
}
