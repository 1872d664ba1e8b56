import AsyncTopLinux
import Testing

@testable import AsyncTopScan

@Suite struct `A scan for streams` {
  let memory = FakeMemory(size: 1 << 18)

  @Test func `tells what a stream holds, and who has its ends`() throws {
    let classes = memory.addStreamClasses(of: "Event")
    let (storage, context) = memory.addStream(classes, count: 1234)
    let reader = memory.addTask(1, named: "reader")
    memory.addSlab(to: reader, holding: [context])
    let writer = memory.addTask(2, named: "writer")
    memory.addSlab(to: writer, holding: [7, storage])
    #expect(
      try memory.streams(classes) == [
        ScannedStream(
          address: storage, element: "Event", count: 1234, limit: 0, reader: 1, writer: 2)
      ])
  }

  @Test func `names the child for which a task has made a stream, and a closure that has it`()
    throws
  {
    let classes = memory.addStreamClasses(of: "Event")
    let (storage, context) = memory.addStream(classes, count: 5, limit: 10)
    let parent = memory.addTask(1)
    memory.addSlab(to: parent, holding: [context, storage])
    let reader = memory.addTask(2, childOf: parent)
    memory.addSlab(to: reader, holding: [context, storage])
    let writer = memory.addTask(3, childOf: parent)
    memory.addSlab(to: writer, holding: [memory.addClosure(capturing: storage)])
    let streams = try memory.streams(classes)
    #expect(streams.map(\.limit) == [10])
    #expect(streams.map(\.reader) == [2])
    #expect(streams.map(\.writer) == [3])
  }

  @Test func `does not say who has an end that two tasks have`() throws {
    let classes = memory.addStreamClasses(of: "Event")
    let (_, context) = memory.addStream(classes, count: 5)
    for id in [1, 2] as [UInt64] {
      memory.addSlab(to: memory.addTask(id), holding: [context])
    }
    #expect(try memory.streams(classes).map(\.reader) == [0])
  }

  @Test func `does not tell of a stream that holds nothing`() throws {
    let classes = memory.addStreamClasses(of: "Event")
    _ = memory.addStream(classes, count: 0)
    #expect(try memory.streams(classes).isEmpty)
  }

  /// What can be wrong with a stream: the offset in its storage, or in its buffer.
  static let faults: [(name: String, isInBuffer: Bool, offset: UInt64, value: UInt64)] = [
    ("no reference", false, 8, 0), ("no buffer", false, 24, 0),
    ("a buffer that is not there", false, 24, 0xdead_0000_0000),
    ("a buffer at an odd address", false, 24, FakeMemory.heap + 1),
    ("more elements than room", true, 24, 5000),
    ("more room than memory", true, 16, .max), ("another class", false, 0, 16),
  ]

  @Test(arguments: faults)
  func `takes nothing else for a stream`(
    fault: (name: String, isInBuffer: Bool, offset: UInt64, value: UInt64)
  ) throws {
    let classes = memory.addStreamClasses(of: "Event")
    let (storage, _) = memory.addStream(classes, count: 1234)
    memory[(fault.isInBuffer ? memory[storage + 24] : storage) + fault.offset] = fault.value
    #expect(try memory.streams(classes).isEmpty)
  }

  @Test(arguments: 1...20)
  func `ends in memory that changes, whatever it says`(seed: UInt64) throws {
    var numbers = `A scan of hostile memory`.Numbers(state: seed)
    let size = 1 << 16
    let memory = FakeMemory(size: size)
    let classes = memory.addStreamClasses(of: "Event")
    let (storage, context) = memory.addStream(classes, count: 3)
    let task = memory.addTask(1)
    memory.addSlab(to: task, holding: [storage, context])
    memory.disturb = { words in
      for _ in 0..<50 {
        let likely = [storage, context, task, 0x400, classes.storage, classes.context]
        let word = numbers.next() % 2 == 0 ? likely.randomElement(using: &numbers) : nil
        words[Int(numbers.next() % UInt64(words.count))] = word ?? numbers.word(heap: size)
      }
    }
    for _ in 0..<5 {
      for stream in try memory.streams(classes) { #expect(stream.count <= UInt64(size)) }
    }
  }
}

/// The classes of streams of one type of elements.
struct FakeStreamClasses {
  let descriptors: StreamClasses
  let storage: UInt64
  let context: UInt64
}

extension FakeMemory {
  private func addDescriptor(kind: UInt64, named name: String) -> UInt64 {
    let descriptor = allocate(16)
    self[descriptor] = kind
    self[descriptor + 8] = (write(name) &- (descriptor + 8)) & 0xffff_ffff
    return descriptor
  }

  private func addClass(_ descriptor: UInt64, of element: UInt64) -> UInt64 {
    let metadata = allocate(64)
    self[metadata + 40] = descriptor
    self[metadata + 56] = element
    return metadata
  }

  /// Puts the classes of streams into the heap.
  func addStreamClasses(of element: String) -> FakeStreamClasses {
    let structure = allocate(16)
    self[structure] = 0x200
    self[structure + 8] = addDescriptor(kind: 17, named: element)
    let storage = addDescriptor(kind: 16, named: "_Storage")
    let context = addDescriptor(kind: 16, named: "_Context")
    return FakeStreamClasses(
      descriptors: StreamClasses(storages: [storage], contexts: [context]),
      storage: addClass(storage, of: structure), context: addClass(context, of: structure))
  }

  /// Puts a stream into the heap.
  func addStream(
    _ classes: FakeStreamClasses, count: UInt64, limit: UInt64 = 0
  ) -> (storage: UInt64, context: UInt64) {
    let buffer = allocate(48)
    self[buffer + 16] = 2048
    self[buffer + 24] = count
    let storage = allocate(80)
    self[storage] = classes.storage
    self[storage + 8] = 3
    self[storage + 24] = buffer
    self[storage + 32] = limit
    self[storage + 40] = limit == 0 ? 2 : 1
    let context = allocate(32)
    self[context] = classes.context
    self[context + 8] = 3
    self[context + 16] = storage
    return (storage, context)
  }

  /// Puts what a closure has captured into the heap.
  func addClosure(capturing word: UInt64) -> UInt64 {
    let metadata = allocate(16)
    self[metadata] = 0x400
    let head = allocate(48)
    self[head + 8] = 33
    self[head + 16] = metadata
    self[head + 32] = word
    return head + 16
  }

  /// Gives a task memory for its frames.
  func addSlab(to task: UInt64, holding words: [UInt64]) {
    let slab = allocate(32 + words.count * 8)
    self[slab + 16] = 1024 | UInt64(words.count * 8) << 32
    for (index, word) in words.enumerated() { self[slab + 32 + UInt64(index * 8)] = word }
    self[task + 0x78] = slab
  }

  /// Everything that a scan finds in two rounds.
  func streams(_ classes: FakeStreamClasses) throws -> [ScannedStream] {
    var scanner = try StreamScanner(
      MemoryPages(self), layout: Self.layout, metadata: Self.metadata, classes.descriptors)
    _ = try scanner.pass(until: .max)
    return try scanner.pass(until: .max)
  }
}
