import CAsyncTopProbe
import Foundation
import AsyncTopBus
import TestFixtures
import Testing

/// A process says in its region by which descriptor observers ask it for events.
///
/// It may lie.
@Suite struct `The page of a region's observers` {
  /// A region that this process has open, and says that this is its page.
  private func region(in scratch: Scratch, page: CInt) throws -> FileHandle {
    let path = scratch.file("region")
    _ = try Fixture("ProbeFixture", "shapes", environment: ["ASYNCTOP_REGION": path])
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    func write(_ value: some FixedWidthInteger, at field: PartialKeyPath<tp_header>) throws {
      let offset = try #require(MemoryLayout<tp_header>.offset(of: field))
      try file.seek(toOffset: UInt64(offset))
      try file.write(contentsOf: unsafe withUnsafeBytes(of: value) { unsafe Data($0) })
    }
    try write(UInt32(getpid()), at: \.pid)
    try write(TP_REGION_LIVE.rawValue, at: \.state)
    try write(page, at: \.observers)
    return file
  }

  @Test func `is not written if it is a file, whatever is in it`() throws {
    let scratch = try Scratch()
    var text = Data("asynctop".utf8)
    text.count = 65_536
    // Also under the name that the kernel gives to a file in memory, and without a name any more.
    for name in ["precious", "memfd:asynctop-observers", "memfd:asynctop-observers (deleted)"] {
      let path = try scratch.write(name, text)
      let precious = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      if name.hasSuffix("observers") { try FileManager.default.removeItem(atPath: path) }
      let region = try region(in: scratch, page: precious.fileDescriptor)
      let session = try LiveSession(target: scratch.file("region"))
      // It is this process's, as far as can be seen.
      #expect(session.ending == nil)
      #expect(session.snapshot().process.id == getpid())
      #expect(session.memory.observers == nil)
      session.isObserving = true
      _ = session.snapshot()
      try precious.seek(toOffset: 0)
      #expect(try precious.readToEnd() == text)
      try region.close()
    }
  }
}
