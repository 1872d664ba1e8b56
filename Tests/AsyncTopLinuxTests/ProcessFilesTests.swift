import Foundation
import Glibc
import AsyncTopLinux
import TestFixtures
import Testing

@Suite struct `What the kernel tells of a process` {
  /// Starts a program that waits, under another name.
  private func start(_ name: String, in scratch: Scratch) throws -> Child {
    let path = scratch.file(name)
    // Not by this process: a child that a test starts meanwhile would have the copy open.
    #expect(try Child(["/bin/cp", "/bin/sleep", path]).wait() == 0)
    let child = try Child([path, "1000"])
    try Waiting.answer("it has not become what it is") {
      ProcessFiles.linkTarget("/proc/\(child.id)/exe") == path ? true : nil
    }
    return child
  }

  @Test(arguments: [
    "short", "exactly 15 byte", "more than fifteen bytes", "cut in a charaü", "line\nbreak",
    "return\r", "a) R 1 (b", ") 1 2 3 4 5 6 7", "prepended \u{600}", "( ( (", "\u{600})",
    "tab\tand\\slash", "🦊🦊🦊🦊🦊🦊",
  ])
  func `its names, and when it started, whatever it is called`(name: String) throws {
    let scratch = try Scratch()
    let own = try #require(ProcessFiles.start(of: getpid()))
    let child = try start(name, in: scratch)
    #expect(ProcessFiles.name(of: child.id) == Array(name.utf8.prefix(15)))
    #expect(ProcessFiles.executableName(of: child.id) == Array(name.utf8))
    unsafe unlink(scratch.file(name))
    #expect(ProcessFiles.executableName(of: child.id) == Array(name.utf8))
    let childStart = try #require(ProcessFiles.start(of: child.id))
    let uptime = try #require(
      ProcessFiles.contents("/proc/uptime", limit: 64)?.split(separator: " "))
    let now = UInt64(try #require(Double(uptime[0])) * Double(sysconf(Int32(_SC_CLK_TCK))))
    #expect(own <= childStart && childStart <= now + 1)
    #expect(ProcessFiles.innermostID(of: child.id) == child.id)
  }

  @Test func `that it is over, though its parent has not asked how`() throws {
    let child = try Child(["/bin/sleep", "1000"])
    #expect(try #require(ProcessFiles.life(of: child.id)).isOver == false)
    kill(child.id, SIGKILL)
    try Waiting.answer("it goes on") { ProcessFiles.life(of: child.id)?.isOver == true ? 1 : nil }
    #expect(try ProcessFiles.descriptors(of: child.id).isEmpty)
    #expect(ProcessFiles.executableName(of: child.id).isEmpty)
  }

  @Test func `what it has in its memory, also if it has closed it`() throws {
    let own = try FileStatus(path: "/proc/self/exe").identity
    let other = try FileStatus(path: "/bin/sh").identity
    #expect(ProcessFiles.isMapped(own, by: getpid()))
    #expect(!ProcessFiles.isMapped(other, by: getpid()))
    #expect(!ProcessFiles.isMapped(own, by: 999_999_999))
  }

  @Test func `nothing of one that is gone`() {
    #expect(ProcessFiles.name(of: 999_999_999).isEmpty)
    #expect(ProcessFiles.executableName(of: 999_999_999).isEmpty)
    #expect(ProcessFiles.start(of: 999_999_999) == nil)
    #expect(ProcessFiles.innermostID(of: 999_999_999) == nil)
    #expect(ProcessFiles.clockOffsets(of: 999_999_999) == nil)
    #expect(throws: Errno.noSuchFile) { try ProcessFiles.descriptors(of: 999_999_999) }
  }

  @Test func `itself by the id that /proc has for it`() {
    #expect(ProcessFiles.ownEntry == ProcessFiles.ownProcess)
    #expect(ProcessFiles.entry(of: ProcessFiles.ownProcess) == ProcessFiles.ownProcess)
  }

  @Test(Container.allowed)
  func `which id it has for itself in a container, and which clocks`() throws {
    let container = try Container("echo up; exec sleep 1000", clocks: (monotonic: 5000, boot: -1))
    let inside = try container.process(named: "sleep")
    #expect(ProcessFiles.innermostID(of: inside) == 1)
    let offsets = try #require(ProcessFiles.clockOffsets(of: inside))
    let own = ProcessFiles.ownClockOffsets
    #expect(offsets.monotonic - own.monotonic == 5_000_000_000_000)
    #expect(offsets.sinceBoot - own.sinceBoot == -1_000_000_000)
  }
}
