import Foundation
import Glibc
import Testing

@testable import AsyncTopLinux

@Suite struct `Regular files` {
  private let path = NSTemporaryDirectory() + "file-\(UUID().uuidString)"

  private func read(_ file: RegularFile, at offset: UInt64, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let length = try unsafe bytes.withUnsafeMutableBytes { (buffer) throws(Errno) in
      unsafe try file.read(at: offset, into: buffer)
    }
    return Array(bytes.prefix(length))
  }

  @Test func `it is read at any offset, and knows when it was changed`() throws {
    try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
    defer { unsafe unlink(path) }
    let file = try RegularFile(path: path)
    #expect(file.size == 5)
    #expect(try read(file, at: 1, count: 3) == Array("ell".utf8))
    #expect(try read(file, at: 3, count: 9) == Array("lo".utf8))
    #expect(try read(file, at: 9, count: 9) == [])
    #expect(try read(file, at: .max, count: 9) == [])
    #expect(file.isUnchanged)
    try #require(unsafe truncate(path, 3) == 0)
    #expect(!file.isUnchanged)
    #expect(try read(file, at: 1, count: 9) == Array("el".utf8))
  }

  @Test func `it is never a standard descriptor, and nothing else stays open`() throws {
    try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
    defer { unsafe unlink(path) }
    let links = "/proc/self/fd"
    let file = try RegularFile(path: path)
    let open = try FileManager.default.contentsOfDirectory(atPath: links).filter {
      ProcessFiles.linkTarget("\(links)/\($0)") == path
    }
    #expect(open.count == 1)
    #expect(open.allSatisfy { (Int($0) ?? 0) > 2 })
    withExtendedLifetime(file) {}
  }

  @Test(arguments: ["/dev/null", "/dev/zero", "/tmp", "/proc/self/fd"])
  func `what is no regular file is not opened`(path: String) {
    #expect(throws: Errno.invalidArgument) { try RegularFile(path: path) }
  }

  @Test func `what is not there says so`() {
    #expect(throws: Errno.noSuchFile) { try RegularFile(path: path) }
  }

  /// Opening a pipe to read it would let its writer through.
  @Test func `a named pipe keeps its writer waiting and its bytes`() throws {
    try #require(unsafe mkfifo(path, 0o600) == 0)
    defer { unsafe unlink(path) }
    #expect(throws: Errno.invalidArgument) { try RegularFile(path: path) }
    let both = unsafe open(path, O_RDWR | O_NONBLOCK)
    defer { close(both) }
    #expect(unsafe write(both, "abc", 3) == 3)
    #expect(throws: Errno.invalidArgument) { try RegularFile(path: path) }
    var bytes = [UInt8](repeating: 0, count: 8)
    #expect(unsafe Glibc.read(both, &bytes, 8) == 3)
  }
}
