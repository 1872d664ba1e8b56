import Foundation
import Glibc
import AsyncTopLinux
import TestFixtures
import Testing

@Suite struct `A file that is held` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The bytes that a pipe still has.
  private func rest(of descriptor: CInt) -> String {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(descriptor, &bytes, 64)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  @Test func `if it is a pipe, keeps what is in it, and can't be opened`() throws {
    #expect(unsafe mkfifo(scratch.file("pipe"), 0o600) == 0)
    let both = unsafe open(scratch.file("pipe"), O_RDWR | O_NONBLOCK)
    defer { close(both) }
    #expect(unsafe write(both, "precious", 8) == 8)
    let held = try FileReference(path: "/proc/self/fd/\(both)")
    #expect(try held.status.kind == .pipe)
    #expect(throws: Errno.invalidArgument) { _ = try held.openRegular() }
    #expect(ProcessFiles.contents(scratch.file("pipe"), limit: 8) == nil)
    #expect(ProcessFiles.contents("/proc/self/fd/\(both)", limit: 8) == nil)
    #expect(rest(of: both) == "precious")
  }

  @Test func `if it is a pipe that somebody waits to open, does not wake them`() throws {
    let pipe = scratch.file("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    // Says that it goes on, which it does once somebody opens the pipe to read it.
    let waiting = try Child(["/bin/sh", "-c", "echo waits; exec 3>\"$1\"; echo woken", "sh", pipe])
    try Waiting.answer("the shell does not start") { waiting.output.contains("waits") ? 1 : nil }
    try Waiting.answer("the shell does not open the pipe") {
      // A task that waits in open(2) of a pipe sleeps there.
      ProcessFiles.contents("/proc/\(waiting.id)/wchan", limit: 64) == "wait_for_partner" ? 1 : nil
    }
    #expect(ProcessFiles.contents(pipe, limit: 8) == nil)
    #expect(throws: Errno.invalidArgument) { _ = try FileReference(path: pipe).openRegular() }
    // Whoever opens it to read it wakes the shell: only then.
    let reader = unsafe open(pipe, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try Waiting.answer("the shell was woken before, and waits again") {
      waiting.output.contains("woken") ? 1 : nil
    }
  }

  @Test func `is what it was when it is opened, whatever its path leads to by then`() throws {
    let path = try scratch.write("file", Data("first".utf8))
    let held = try FileReference(path: path)
    _ = try scratch.write("other", Data("second".utf8))
    #expect(unsafe rename(scratch.file("other"), path) == 0)
    #expect(rest(of: try held.openRegular().take()) == "first")
    #expect(rest(of: try FileReference(path: path).openRegular().take()) == "second")
  }

  @Test func `is the link itself if links are not followed`() throws {
    _ = try scratch.write("file", Data("first".utf8))
    #expect(unsafe symlink(scratch.file("file"), scratch.file("link")) == 0)
    #expect(try FileReference(path: scratch.file("link")).status.kind == .regular)
    let link = try FileReference(path: scratch.file("link"), followsLink: false)
    #expect(try link.status.kind == .link)
    #expect(throws: Errno.invalidArgument) { _ = try link.openRegular() }
  }

  @Test(arguments: [
    ("/dev/null", FileStatus.Kind.device), ("/dev", .folder), ("/proc/self/stat", .regular),
  ])
  func `has a kind`(path: String, kind: FileStatus.Kind) throws {
    #expect(try FileReference(path: path).status.kind == kind)
    #expect(try FileStatus(path: path).kind == kind)
  }

  @Test func `is in memory only if it is, whatever its name`() throws {
    let name = try scratch.write("memfd:asynctop (deleted)", Data("first".utf8))
    #expect(try !FileReference(path: name).isInMemory)
    let removed = unsafe open(name, O_RDWR)
    defer { close(removed) }
    unsafe unlink(name)
    #expect(try !FileReference(path: "/proc/self/fd/\(removed)").isInMemory)
    // Glibc's module leaves it out.
    typealias MemoryFile = @convention(c) (UnsafePointer<CChar>, UInt32) -> CInt
    let found = unsafe dlsym(nil, "memfd_create")
    let symbol = unsafe try #require(found)
    let create = unsafe unsafeBitCast(symbol, to: MemoryFile.self)
    let memory = unsafe create("asynctop", 0)
    defer { close(memory) }
    #expect(try FileReference(path: "/proc/self/fd/\(memory)").isInMemory)
    #expect(try !FileReference(path: "/dev/null").isInMemory)
  }

  @Test func `has a mount, and that a kind of file system`() throws {
    let mount = try #require(try FileReference(path: "/proc/self/stat").mount)
    #expect(ProcessFiles.fileSystem(ofMount: mount, seenBy: ProcessFiles.ownProcess) == "proc")
    #expect(ProcessFiles.fileSystem(ofMount: -1, seenBy: ProcessFiles.ownProcess) == nil)
  }
}
