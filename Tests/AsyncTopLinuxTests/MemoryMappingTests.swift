import AsyncTopLinux
import Glibc
import TestFixtures
import Foundation
import Testing

@Suite struct `Memory` {
  @Test func `that maps a file is the file`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a", Data("mapped bytes".utf8))
    let mapping = try MemoryMapping(FileReference(path: path), isWritable: true)
    #expect(mapping.size == 12)
    #expect(mapping.identity == FileIdentity(path: path))
    #expect(!mapping.isSealed)
    unsafe mapping.start.storeBytes(of: UInt8(ascii: "M"), as: UInt8.self)
    #expect(scratch.text("a") == "Mapped bytes")
  }

  @Test func `maps nothing that is empty or no file`() throws {
    let scratch = try Scratch()
    let empty = try scratch.write("empty", Data())
    for path in [empty, scratch.path, "/dev/zero"] {
      #expect(throws: Errno.self, "\(path)") { _ = try MemoryMapping(FileReference(path: path)) }
    }
    #expect(throws: Errno.noSuchFile) { _ = try FileReference(path: scratch.file("none")) }
  }

  @Test func `knows which parts of a file are filled`() throws {
    let scratch = try Scratch()
    let path = scratch.file("sparse")
    let page = Int(sysconf(CInt(_SC_PAGESIZE)))
    let file = try FileDescriptor.open(path, writable: true)
    #expect(ftruncate(file.number, off_t(64 * page)) == 0)
    for part in [8, 40] {
      try file.setPosition(Int64(part * page))
      #expect(unsafe write(file.number, "x", 1) == 1)
    }
    let mapping = try MemoryMapping(FileReference(path: path))
    let all = mapping.filledParts(of: 0..<mapping.size)
    #expect(all.contains { $0.contains(8 * page) } && all.contains { $0.contains(40 * page) })
    #expect(all.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= mapping.size })
    #expect(mapping.filledParts(of: 5..<5).isEmpty)
    // Cut to what was asked for.
    let part = 8 * page + 10..<8 * page + 20
    #expect(mapping.filledParts(of: part) == [part])
  }

  @Test func `that is reserved is zeros, and again after it was cleared`() throws {
    let memory = try ReservedMemory(size: 8 << 20)
    let bytes = unsafe memory.start.bindMemory(to: UInt8.self, capacity: memory.size)
    #expect(unsafe bytes[0] == 0 && bytes[memory.size - 1] == 0)
    for part in [100..<200, 4_000..<(3 << 20) + 5] {
      for place in [part.lowerBound - 1, part.lowerBound, part.upperBound - 1, part.upperBound] {
        unsafe bytes[place] = 9
      }
      memory.clear(part)
      #expect(unsafe bytes[part.lowerBound] == 0 && bytes[part.upperBound - 1] == 0)
      #expect(unsafe bytes[part.lowerBound - 1] == 9 && bytes[part.upperBound] == 9)
    }
    #expect(throws: Errno.self) { _ = try ReservedMemory(size: 0) }
  }
}
