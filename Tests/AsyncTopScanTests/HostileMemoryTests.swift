import Testing

@testable import AsyncTopScan

/// Memory in which anything may stand, and which changes while it is read.
@Suite struct `A scan of hostile memory` {
  /// A generator of numbers that a seed determines.
  struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
      return word ^ word >> 31
    }

    /// A word as it may stand in a task, or anything.
    mutating func word(heap size: Int) -> UInt64 {
      switch next() % 8 {
      case 0: 0
      case 1: FakeMemory.metadata
      case 2: FakeMemory.code + next() % FakeMemory.codeSize
      case 3, 4: FakeMemory.heap + next() % UInt64(size) / 8 * 8
      case 5: next() & 0xffff
      case 6: .max - next() % 64
      default: next()
      }
    }
  }

  static let size = 1 << 16

  /// What is true of every task, whatever the memory says.
  func check(_ tasks: [ScannedTask], _ memory: FakeMemory) {
    #expect(Set(tasks.map(\.id)).count == tasks.count)
    for task in tasks {
      #expect(task.id != 0)
      #expect(task.address % 16 == 0)
      #expect(task.name.count <= 256)
      #expect(task.backtrace.count <= 64)
      #expect(task.groups.count <= 64)
      for frame in task.backtrace {
        #expect(frame >= FakeMemory.code && frame < FakeMemory.code + FakeMemory.codeSize)
      }
    }
    // A pass reads each page some times at most, however its pointers lead.
    #expect(memory.bytesRead < 100 * Self.size)
  }

  @Test(arguments: 1...40)
  func `of any words ends, and finds nothing impossible`(seed: UInt64) throws {
    var numbers = Numbers(state: seed)
    let memory = FakeMemory(size: Self.size)
    for address in stride(from: FakeMemory.heap, to: FakeMemory.heap + UInt64(Self.size), by: 8) {
      memory[address] = numbers.word(heap: Self.size)
    }
    check(try memory.scan(), memory)
  }

  @Test(arguments: 1...40)
  func `of tasks that somebody overwrites meanwhile ends, and finds nothing impossible`(
    seed: UInt64
  ) throws {
    var numbers = Numbers(state: seed)
    let memory = FakeMemory(size: Self.size)
    var tasks: [UInt64] = []
    for id in 1...UInt64(20) {
      let parent = id > 10 ? tasks[Int(id) - 11] : 0
      tasks.append(memory.addTask(id, named: "task \(id)", childOf: parent))
    }
    memory.disturb = { words in
      for _ in 0..<20 {
        words[Int(numbers.next() % 2048)] = numbers.word(heap: Self.size)
      }
    }
    check(try memory.scan(passes: 3), memory)
  }

  @Test(arguments: 1...20)
  func `finds the tasks among what only looks like some`(seed: UInt64) throws {
    var numbers = Numbers(state: seed)
    let memory = FakeMemory(size: Self.size)
    let faults = `A scan of memory`.faults
    var expected: Set<UInt64> = []
    for id in 1...UInt64(40) {
      let task = memory.addTask(id)
      if numbers.next() % 2 == 0 {
        expected.insert(id)
      } else {
        let fault = faults[Int(numbers.next() % UInt64(faults.count))]
        memory[task + fault.offset] = fault.value
      }
    }
    #expect(Set(try memory.scan().map(\.id)) == expected)
  }
}
