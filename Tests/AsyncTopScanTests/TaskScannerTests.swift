import AsyncTopLinux
import Testing

@testable import AsyncTopScan

@Suite struct `A scan of memory` {
  let memory = FakeMemory(size: 1 << 18)

  @Test func `finds tasks with what belongs to them`() throws {
    let parent = memory.addTask(1)
    let group = memory.allocate(256)
    memory[group + 0x50] = 3 | 1 << 31 | 1 << 63
    let child = memory.addTask(2, named: "a child", childOf: parent, in: group)
    // The group's record stands behind what the parent waits by.
    memory[memory[parent + 0x68] + 8] = group + 8
    memory[group + 8] = 2

    let tasks = try memory.scan()
    #expect(tasks.map(\.id) == [1, 2])
    #expect(
      tasks[0].groups == [ScannedGroup(address: group, pending: 3, ready: 1, isCancelled: true)])
    #expect(tasks[1].address == child)
    #expect(String(decoding: tasks[1].name, as: UTF8.self) == "a child")
    #expect((tasks[1].parent, tasks[1].group) == (parent, group))
    #expect(tasks[1].state == .waiting)
    #expect(tasks[1].wait == .continuation(memory[child + 0x40]))
    #expect(tasks[1].backtrace == [16, 32, 48].map { FakeMemory.code + $0 })
  }

  @Test func `tells states apart`() throws {
    for (id, status) in [(1, 0x815), (2, 0x1015), (3, 0x4115), (4, 0x2015)] as [(UInt64, UInt64)] {
      memory[memory.addTask(id) + 0x60] = status
    }
    let tasks = try memory.scan()
    #expect(tasks.map(\.state) == [.running, .scheduled, .waiting])
    #expect(tasks.map(\.isCancelled) == [false, false, true])
    #expect(tasks[0].backtrace.isEmpty)
  }

  @Test func `leaves out with what the runtime ends sleeps`() throws {
    let wakeUp = memory.addTask(1)
    for (offset, value) in [(0x20, 0x1_0200_0000), (0x60, 0x15), (0x68, 0), (0x78, 0), (0xa0, 0)] {
      memory[wakeUp + UInt64(offset)] = UInt64(value)
    }
    _ = memory.addTask(2)
    #expect(try memory.scan().map(\.id) == [2])
  }

  /// What can be wrong with a task, one by one.
  static let faults: [(name: String, offset: UInt64, value: UInt64)] = [
    ("another class", 0, FakeMemory.metadata + 8), ("no reference", 8, 0),
    ("being destroyed", 8, 1 << 32 | 1), ("another kind of job", 0x20, 0x7_0200_15c1),
    ("unknown flags", 0x20, 0x7_8200_1500), ("no priority", 0x20, 0x7_0200_ff00),
    ("no id", 0x20, 0x0200_1500), ("an impossible id", 0x90, 1 << 20),
    ("code in the heap", 0x38, FakeMemory.heap), ("no code", 0x38, 0),
    ("complete", 0x60, 0x2015),
    ("an unknown status bit", 0x60, 0x10_4015), ("a child of nobody", 0x20, 0x7_0300_1500),
    ("a group child of nobody", 0x20, 0x7_0400_1500),
  ]

  @Test(arguments: faults)
  func `takes nothing else for a task`(fault: (name: String, offset: UInt64, value: UInt64)) throws
  {
    _ = memory.addTask(1)
    memory[memory.addTask(7) + fault.offset] = fault.value
    #expect(try memory.scan().map(\.id) == [1])
  }

  @Test func `follows no pointer out of the memory, and no circle for ever`() throws {
    let task = memory.addTask(1, named: "circles")
    let records = memory[task + 0x68]
    memory[memory[records + 8] + 8] = records
    let context = memory[task + 0x40]
    memory[context + 16] = context
    let lost = memory.addTask(2)
    memory[lost + 0x68] = 0xdead_0000_0000
    memory[lost + 0xa0] = .max - 7
    memory[lost + 0x40] = .max - 7
    let tasks = try memory.scan()
    #expect(tasks[0].backtrace == [16, 32, 48].map { FakeMemory.code + $0 })
    #expect(String(decoding: tasks[0].name, as: UTF8.self) == "circles")
    #expect(tasks[1].wait == .none)
    #expect(tasks[1].backtrace == [FakeMemory.code + 16])
  }

  @Test func `reads nothing that is swapped out, and keeps what it knows of it`() throws {
    _ = memory.addTask(1)
    let page = Int(ProcessMemory.pageSize)
    while memory.allocate(0) < FakeMemory.heap + UInt64(2 * page) { _ = memory.allocate(64) }
    let far = memory.addTask(2)
    var scanner = try TaskScanner(
      MemoryPages(memory), layout: FakeMemory.layout, metadata: FakeMemory.metadata)
    #expect(try scanner.pass(until: .max).tasks.map(\.id) == [1, 2])
    memory.swapped = [Int(far - FakeMemory.heap) / page]
    let pass = try scanner.pass(until: .max)
    #expect(pass.tasks.map(\.id) == [1])
    #expect(pass.unreadable == [far])
    #expect(scanner.coverage.swapped == UInt64(page))
    memory.swapped = []
    #expect(try scanner.pass(until: .max).tasks.map(\.id) == [1, 2])
  }

  @Test func `goes on where its time was over`() throws {
    let memory = FakeMemory(size: 64 << 20)
    _ = memory.addTask(1)
    while memory.allocate(0) < FakeMemory.heap + (60 << 20) { _ = memory.allocate(1 << 16) }
    _ = memory.addTask(2)
    var scanner = try TaskScanner(
      MemoryPages(memory), layout: FakeMemory.layout, metadata: FakeMemory.metadata)
    #expect(try scanner.pass(until: 0).tasks.map(\.id) == [1])
    #expect(scanner.coverage.rounds == 0)
    var found: [UInt64] = []
    for _ in 0..<8 where scanner.coverage.rounds == 0 {
      found = try scanner.pass(until: 0).tasks.map(\.id)
    }
    #expect(found == [1, 2])
    #expect(scanner.coverage.rounds == 1)
  }

  @Test func `says of a task that goes on meanwhile only what it is`() throws {
    let task = memory.addTask(1, named: "busy")
    var reads = 0
    // The first read is of the heap, the second of the block, the third compares.
    memory.disturb = { words in
      reads += 1
      if reads == 3 { words[Int((task - FakeMemory.heap) / 8) + 12] = 0x815 }
    }
    let tasks = try memory.scan()
    #expect(tasks.map(\.state) == [.running])
    #expect(tasks[0].wait == .none)
    #expect(tasks[0].backtrace.isEmpty)
    #expect(String(decoding: tasks[0].name, as: UTF8.self) == "busy")
  }

  @Test func `of two with one id, takes the one that what it waits by names`() throws {
    let task = memory.addTask(1)
    let copy = memory.allocate(512)
    for offset in stride(from: UInt64(0), to: 256, by: 8) {
      memory[copy + offset] = memory[task + offset]
    }
    #expect(try memory.scan().map(\.address) == [task])
  }
}
