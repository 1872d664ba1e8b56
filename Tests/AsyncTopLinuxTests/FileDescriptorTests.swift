import AsyncTopLinux
import Foundation
import Glibc
import TestFixtures
import Testing

@Suite struct `A descriptor` {
  private func isOpen(_ number: CInt) -> Bool { fcntl(number, F_GETFD) >= 0 }

  /// `#require` takes no descriptors.
  private func taken(_ descriptor: consuming FileDescriptor?) throws -> FileDescriptor {
    guard let descriptor else { throw Errno.badDescriptor }
    return descriptor
  }

  private func read(_ descriptor: borrowing FileDescriptor, _ count: Int = 16) throws -> String {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = try unsafe bytes.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
    return String(decoding: bytes.prefix(got), as: UTF8.self)
  }

  private func write(_ descriptor: borrowing FileDescriptor, _ text: String) throws -> Int {
    try unsafe Array(text.utf8).withUnsafeBytes { try unsafe descriptor.write($0) }
  }

  @Test func `is closed with its owner, unless it was taken`() throws {
    let number: CInt
    let taken: CInt
    do {
      let first = try FileDescriptor.null()
      let second = try FileDescriptor.null()
      number = first.number
      taken = second.take()
      #expect(isOpen(number) && isOpen(taken))
    }
    #expect(isOpen(taken))
    // The other number may belong to another test by now, so what it stands for is compared.
    _ = FileDescriptor(owning: taken)
    #expect(number > 2 && taken > 2)
  }

  @Test func `is closed on exec`() throws {
    let pipe = try FileDescriptor.pipe()
    let scratch = try Scratch()
    let file = try FileDescriptor.open(scratch.file("a"), writable: true)
    let socket = try FileDescriptor.socket(.ipv4, .stream)
    let numbers = [pipe.readingNumber, pipe.writingNumber, file.number, socket.number]
    for number in numbers {
      #expect(fcntl(try #require(number), F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test func `of a file that can't be opened says why`() throws {
    let scratch = try Scratch()
    #expect(throws: Errno.noSuchFile) {
      _ = try FileDescriptor.open(scratch.file("none"), writable: false)
    }
    #expect(throws: Errno.isFolder) { _ = try FileDescriptor.open(scratch.path, writable: true) }
    #expect(throws: Errno(ENOTDIR)) {
      _ = try FileDescriptor.open("/dev/null/a", writable: false)
    }
    // C would end the path at the zero.
    #expect(throws: Errno.invalidArgument) {
      _ = try FileDescriptor.open("/dev/null\0a", writable: false)
    }
  }

  @Test func `has a position, and reads anywhere else`() throws {
    let scratch = try Scratch()
    let file = try FileDescriptor.open(scratch.file("a"), writable: true)
    #expect(try write(file, "0123456789") == 10)
    #expect(try file.position == 10)
    try file.setPosition(4)
    #expect(try FileDescriptor.read(file.number, count: 3, at: 7) == Array("789".utf8))
    #expect(try FileDescriptor.read(file.number, count: 3, at: 10) == [])
    #expect(try read(file) == "456789")
    #expect(throws: Errno.invalidArgument) { try file.setPosition(-1) }
  }

  @Test func `of a pipe has no position, and its end is an empty read`() throws {
    let pipe = try FileDescriptor.pipe(readsAtOnce: true)
    let reading = try taken(pipe.takeReading())
    #expect(throws: Errno.illegalSeek) { _ = try reading.position }
    #expect(throws: Errno.wouldBlock) { _ = try read(reading) }
    do {
      let writing = try taken(pipe.takeWriting())
      #expect(try write(writing, "abc") == 3)
    }
    #expect(try FileDescriptor.read(reading.number, count: 2, at: 0) == Array("ab".utf8))
    #expect(try read(reading) == "c")
    #expect(try read(reading) == "")
    #expect(pipe.readingNumber == nil && pipe.writingNumber == nil)
  }

  @Test func `of a pipe that nobody reads raises no signal`() throws {
    let pipe = try FileDescriptor.pipe()
    let writing = try taken(pipe.takeWriting())
    do { _ = try taken(pipe.takeReading()) }
    #expect(throws: Errno.brokenPipe) { _ = try write(writing, "abc") }
  }

  @Test func `of a pipe takes what fits`() throws {
    let pipe = try FileDescriptor.pipe(writesAtOnce: true)
    let writing = try taken(pipe.takeWriting())
    let much = String(repeating: "x", count: 1 << 20)
    let first = try write(writing, much)
    #expect(first > 0 && first < much.utf8.count)
    #expect(throws: Errno.wouldBlock) { _ = try write(writing, much) }
  }

  @Test func `goes on reading after a signal`() throws {
    let pipe = try FileDescriptor.pipe()
    let reading = try #require(pipe.readingNumber)
    let writing = try taken(pipe.takeWriting())
    let got = try Interruption.of {
      // Not the descriptor: it can't be moved into a closure.
      Result { try FileDescriptor.read(reading, count: 8, at: 0) }.map { $0 + [0] }
    } thenBy: {
      let count = try write(writing, "late")
      #expect(count == 4)
    }
    #expect(try got.get() == Array("late".utf8) + [0])
  }

  @Test func `goes on writing after a signal`() throws {
    let pipe = try FileDescriptor.pipe()
    let reading = try taken(pipe.takeReading())
    let number = try #require(pipe.writingNumber)
    // Waits until there is room for the last piece, and writes all.
    let size = 1 << 20
    let done = try Interruption.of { () -> Bool in
      (try? DataFile(borrowing: number).write([UInt8](repeating: 7, count: size))) != nil
    } thenBy: {
      var left = size
      while left > 0 {
        left -= try FileDescriptor.read(reading.number, count: 65_536, at: 0).count
      }
    }
    #expect(done)
  }

  @Test func `that is no open one is an error, not a crash`() throws {
    // No process has so many.
    let none: CInt = 1 << 24
    #expect(throws: Errno.badDescriptor) { _ = try FileDescriptor.kind(of: none) }
    #expect(throws: Errno.badDescriptor) { _ = try FileDescriptor.read(none, count: 1, at: 0) }
    #expect(throws: Errno.badDescriptor) { _ = try FileStatus(descriptor: none) }
    #expect(throws: Errno.badDescriptor) { try DataFile(borrowing: none).write([1]) }
    #expect(throws: Errno.badDescriptor) { _ = try FileDescriptor.option(.type, of: none) }
  }

  @Test func `says what it stands for`() throws {
    let pipe = try FileDescriptor.pipe()
    let (first, second) = try FileDescriptor.socketPair(.stream)
    defer { for number in [first, second] { _ = FileDescriptor(owning: number) } }
    let counter = try EventCounter()
    let memory = try FileDescriptor.memory(holding: [1, 2, 3])
    let folder = try FileDescriptor.open("/tmp", writable: false)
    #expect(try FileDescriptor.kind(of: try #require(pipe.readingNumber)) == .pipe)
    #expect(try FileDescriptor.kind(of: first) == .socket)
    let null = try FileDescriptor.null()
    #expect(try FileDescriptor.kind(of: null.number) == .characterDevice)
    #expect(try FileDescriptor.kind(of: memory.number) == .file)
    #expect(try FileDescriptor.kind(of: folder.number) == .folder)
    #expect(try FileDescriptor.kind(of: counter.number) == .other)
  }

  @Test func `of memory holds its bytes`() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let memory = try FileDescriptor.memory(holding: bytes)
    #expect(try FileStatus(descriptor: memory.number).size == 100_000)
    #expect(try FileDescriptor.read(memory.number, count: 100_001, at: 0) == bytes)
  }
}
