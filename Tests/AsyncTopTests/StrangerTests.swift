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
