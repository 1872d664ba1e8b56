import CAsyncTopProbe
import Foundation
import AsyncTopBus
import TestFixtures
import Testing

@Suite struct `Region file` {
  /// What a fixture left in a file, as bytes.
  private static func region(_ scenario: String = "shapes") throws -> (path: String, run: Fixture) {
    let path = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString).region"
    let run = try Fixture("ProbeFixture", scenario, environment: ["ASYNCTOP_REGION": path])
    return (path, run)
  }

  private static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }

  @Test func `what a process left is read after its end`() throws {
    let (path, _) = try Self.region()
    defer { Self.remove(path) }
    let session = try LiveSession(target: path)
    let snapshot = session.snapshot()
    #expect(!snapshot.process.isRunning)
    #expect(snapshot.process.name == "ProbeFixture")
    #expect(snapshot.process.nativeDetail == .full)
    #expect(snapshot.totals.ended > 10)
    #expect(snapshot.now >= snapshot.clock.start.ticks)
    // Only the owner may read it.
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `a region file that can't be made leaves the app as it was`() throws {
    let run = try Fixture(
      "ProbeFixture", "lease", environment: ["ASYNCTOP_REGION": "/nowhere/at/all.region"])
    #expect(run.status == 0)
    #expect(run.values["started"] == "true")
  }

  @Test func `a process with the same file leaves another's region alone`() throws {
    let (path, _) = try Self.region()
    defer { Self.remove(path) }
    let first = try LiveSession(target: path)
    let ended = first.snapshot().totals.ended
    _ = try Fixture("ProbeFixture", "lease", environment: ["ASYNCTOP_REGION": path])
    _ = try Fixture("ProbeFixture", "shapes", environment: ["ASYNCTOP_REGION": path])
    // The mapping of the first one can still be read: its file was not cut short under it.
    #expect(first.snapshot().totals.ended == ended)
    #expect(try LiveSession(target: path).snapshot().process.id != first.snapshot().process.id)
  }

  @Test func `a file that is no region says so`() throws {
    let path = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString).region"
    defer { Self.remove(path) }
    try Data(repeating: 65, count: 10_000).write(to: URL(fileURLWithPath: path))
    #expect(throws: RegionError.self) { try LiveSession(target: path) }
    let error = try #require(throws: RegionError.self) { try LiveSession(target: path) }
    #expect(error.code == .noRegion)
    #expect(error.message.contains("is not a region"))
  }

  @Test func `another version of the region is refused with what to do`() throws {
    let path = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString).region"
    defer { Self.remove(path) }
    let (real, _) = try Self.region()
    defer { Self.remove(real) }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: real)).prefix(65_536)
    bytes[8] = 99
    try bytes.write(to: URL(fileURLWithPath: path))
    let error = try #require(throws: RegionError.self) { try LiveSession(target: path) }
    #expect(error.code == .otherVersion)
    #expect(error.message.contains("version 99"))
  }

  @Test func `a header with any damage is refused or read, never followed out of the file`() throws
  {
    let (path, _) = try Self.region()
    defer { Self.remove(path) }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    let header = try #require(try file.read(upToCount: 512))
    var random = SplitMix(seed: 42)
    var refused = 0
    for _ in 0..<300 {
      var damaged = header
      for _ in 0..<3 {
        damaged[Int(random.next() % 512)] = UInt8(truncatingIfNeeded: random.next())
      }
      try file.seek(toOffset: 0)
      try file.write(contentsOf: damaged)
      do {
        let snapshot = try LiveSession(target: path).snapshot()
        for task in snapshot.tasks { _ = (snapshot.name(of: task), snapshot.site(task.site)) }
        _ = (snapshot.modules, snapshot.site(.max), snapshot.site(1))
      } catch {
        #expect(!error.message.isEmpty)
        refused += 1
      }
    }
    #expect(refused > 50)
    #expect(refused < 300)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `a table that claims millions of slots takes the memory of those that hold something`(
    seed: UInt64
  ) throws {
    let (source, _) = try Self.region()
    defer { Self.remove(source) }
    // In memory, where reading a hole takes a page.
    let path = "/dev/shm/asynctop-\(UUID().uuidString).region"
    defer { Self.remove(path) }
    try FileManager.default.copyItem(atPath: source, toPath: path)
    var random = SplitMix(seed: seed)
    let slots = Set((0..<random.next() % 200).map { _ in random.next() % 20_000_000 })
    try Self.claim(20_000_000, with: slots, in: path)
    let before = try Self.allocated(path)
    let session = try LiveSession(target: path)
    let snapshot = session.snapshot()
    #expect(Set(snapshot.tasks.map(\.slot)) == Set(slots.map(Int.init)))
    #expect(snapshot.modules.isEmpty)
    // The origin and the details of each task, in pages of their own, and the tables' first pages.
    #expect(try Self.allocated(path) - before <= (2 * slots.count + 500) * 4096)
  }

  /// Gives the region a table of tasks with so many slots, of which these hold a task, and as many
  /// modules, none of which is one.
  private static func claim(_ capacity: UInt32, with slots: Set<UInt64>, in path: String) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    let bytes = try #require(try file.read(upToCount: MemoryLayout<tp_header>.size))
    var header = unsafe bytes.withUnsafeBytes { unsafe $0.load(as: tp_header.self) }
    var end = (header.region_size + 4095) / 4096 * 4096
    func table<Slot>(of _: Slot.Type) -> UInt64 {
      defer { end += UInt64(capacity) * UInt64(MemoryLayout<Slot>.stride) }
      return end
    }
    header.tasks.offset = table(of: tp_task.self)
    header.task_origins = table(of: tp_task_origin.self)
    header.task_details = table(of: tp_task_detail.self)
    header.modules.offset = table(of: tp_module.self)
    header.modules.capacity = capacity
    header.modules.used = capacity
    header.region_size = end
    header.tasks.capacity = capacity
    header.tasks.high = capacity
    try file.truncate(atOffset: end)
    try file.seek(toOffset: 0)
    try file.write(contentsOf: unsafe withUnsafeBytes(of: header) { unsafe Data($0) })
    for slot in slots {
      var task = tp_task()
      task.id = slot + 1
      task.state = UInt8(TP_TASK_WAITING.rawValue)
      try file.seek(
        toOffset: header.tasks.offset + slot * UInt64(MemoryLayout<tp_task>.stride))
      try file.write(contentsOf: unsafe withUnsafeBytes(of: task) { unsafe Data($0) })
    }
  }

  private static func allocated(_ path: String) throws -> Int {
    var status = stat()
    try #require(unsafe stat(path, &status) == 0)
    return Int(status.st_blocks) * 512
  }

  /// A small generator whose seed makes a failure repeatable.
  private struct SplitMix {
    var seed: UInt64

    mutating func next() -> UInt64 {
      seed &+= 0x9e37_79b9_7f4a_7c15
      var value = seed
      value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
      value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
      return value ^ value >> 31
    }
  }
}
