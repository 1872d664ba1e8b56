import Testing

@testable import AsyncTopLinux

@Suite struct `A line of a process's memory map` {
  func area(_ line: String) -> MemoryArea? { MemoryArea(line: Array(line.utf8)) }

  @Test func `is read with what is behind it`() throws {
    let heap = try #require(area("55d0a000-55d2b000 rw-p 00000000 00:00 0      [heap]"))
    #expect(heap == MemoryArea(range: 0x55d0_a000..<0x55d2_b000))
    let code = try #require(
      area("7f01000-7f02000 r-xp 00001000 08:01 42   /usr/lib/with spaces/libc.so.6"))
    #expect(code.isExecutable && code.isReadable && !code.isWritable && !code.isShared)
    #expect(code.kind == .file)
    #expect(area("7f01000-7f02000 rw-p 00000000 00:00 0")?.kind == .anonymous)
    #expect(area("7f01000-7f02000 rw-p 00000000 00:00 0 [anon:glibc: malloc]")?.kind == .anonymous)
    #expect(area("7f01000-7f02000 rw-s 00000000 00:05 9  /dev/dri/card0")?.kind == .other)
    #expect(area("7f01000-7f02000 rw-s 00000000 00:05 9  /dev/dri/card0")?.isShared == true)
    #expect(area("7ffd000-7ffe000 r--p 00000000 00:00 0  [vvar]")?.kind == .other)
    #expect(area("7ffd000-7ffe000 ---p 00000000 00:00 0")?.isReadable == false)
  }

  @Test(arguments: [
    "", "7f01000", "7f02000-7f01000 rw-p 00000000 00:00 0", "7f01000-7f01000 rw-p 0 00:00 0",
    "x-y rw-p 00000000 00:00 0", "7f01000-7f02000 rw 00000000 00:00 0", "7f01000-7f02000 rw-p",
    "10000000000000000-20000000000000000 rw-p 0 00:00 0", "- rw-p 00000000 00:00 0",
  ])
  func `is left out if it is anything else`(line: String) {
    #expect(area(line) == nil)
  }

  @Test func `is looked at page by page`() {
    let (page, present, swapped) = (ProcessMemory.pageSize, UInt64(1) << 63, UInt64(1) << 62)
    let pages = ProcessMemory.presentPages([0, present, present | 7, swapped, present], from: page)
    #expect(pages.ranges == [2 * page..<4 * page, 5 * page..<6 * page])
    #expect(pages.swapped == page)
  }

  @Test func `of this process leads to its memory`() throws {
    let memory = ProcessMemory(of: ProcessFiles.ownProcess)
    var value: UInt64 = 0x1234_5678_9abc_def0
    let copy = try unsafe withUnsafeMutableBytes(of: &value) { bytes in
      let address = UInt64(UInt(bitPattern: bytes.baseAddress))
      #expect(try memory.areas().contains { $0.range.contains(address) && $0.isWritable })
      return unsafe try [UInt8](unsafeUninitializedCapacity: 8) { buffer, count in
        count = unsafe try memory.read(
          [address..<address + 8], into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
    #expect(copy.reversed().reduce(0) { $0 << 8 | UInt64($1) } == 0x1234_5678_9abc_def0)
    let nowhere = unsafe try [UInt8](unsafeUninitializedCapacity: 8) { buffer, count in
      count = unsafe try memory.read([0..<8], into: UnsafeMutableRawBufferPointer(buffer))
    }
    #expect(nowhere.isEmpty)
  }
}
