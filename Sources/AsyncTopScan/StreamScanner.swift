import AsyncTopBus
import AsyncTopLinux

/// Finds what is buffered in the `AsyncStream`s and `AsyncThrowingStream`s of a process, and the
/// tasks that hold an end of them.
///
/// Nothing in its memory is trusted. How they lie there (Swift 6.3, seen in processes;
/// `AsyncStreamBuffer.swift`):
/// - `_Storage`: the buffer at 24, the limit at 32 and how it is meant at 40, the arguments of its
///   class's metadata at 56; a continuation is a reference to it.
/// - The buffer: its capacity at 16, its count at 24.
/// - `_Context`: a reference to the storage at 16; a stream and its iterator refer to it.
struct StreamScanner<Memory: ScannedMemory> {
  /// The most classes of streams, that is types of elements, that are looked for.
  private static var classLimit: Int { 64 }
  /// The most ends of streams that are known at a time; those that are gone make room.
  private static var endLimit: Int { 1 << 16 }
  /// The most tasks whose frames are looked through.
  private static var taskLimit: Int { 10_000 }
  /// The most words of frames that are looked at in a pass; the ends in others are not known.
  private static var wordLimit: Int { 1 << 20 }
  /// The most streams that are told.
  private static var streamLimit: Int { 1000 }

  private var heap: HeapScan
  private var parser: TaskParser<Memory>
  /// The descriptors of the classes of storages and contexts.
  private let descriptors: StreamClasses
  /// The metadata of those classes that has been seen, with the name of the elements' type.
  private var storages: [UInt64: String] = [:]
  private var contexts: Set<UInt64> = []
  /// Objects of those classes, and tasks.
  private var known: Set<UInt64> = []
  private var tasks: Set<UInt64> = []

  /// How many times all heaps have been looked through.
  var rounds: Int { heap.coverage.rounds }

  /// Prepares to look.
  ///
  /// - Parameters:
  ///   - pages: The process's memory.
  ///   - layout: How its tasks lie there.
  ///   - metadata: The first word of each task.
  ///   - classes: What its streams are made of.
  /// - Throws: `noMemory`.
  init(
    _ pages: MemoryPages<Memory>, layout: RuntimeLayout, metadata: UInt64, _ classes: StreamClasses
  ) throws(Errno) {
    heap = try HeapScan()
    parser = TaskParser(pages, layout, metadata: metadata)
    descriptors = classes
  }

  /// Looks once: again at what is known, and for more where the pass before stopped.
  ///
  /// - Parameter deadline: Until when more is looked for, in nanoseconds of the monotonic clock.
  /// - Returns: The streams that hold something, the fullest first.
  /// - Throws: Why the memory can't be read.
  mutating func pass(until deadline: UInt64) throws(Errno) -> [ScannedStream] {
    try parser.pages.begin()
    let words = [parser.metadata] + descriptors.all + storages.keys + contexts
    for address in try heap.find(words, stride: 8, in: parser.pages, until: deadline) {
      sort(address)
    }
    known = known.filter { isEnd(word(at: $0)) }
    tasks = tasks.filter { word(at: $0) == parser.metadata }
    var streams: [UInt64: ScannedStream] = [:]
    for address in known {
      guard let element = storages[word(at: address)] else { continue }
      if let stream = stream(at: address, of: element) { streams[address] = stream }
    }
    let fullest = streams.values.sorted { ($0.count, $1.address) > ($1.count, $0.address) }
      .prefix(Self.streamLimit)
    streams = Dictionary(fullest.map { ($0.address, $0) }) { first, _ in first }
    if !streams.isEmpty { findTasks(of: &streams) }
    return fullest.compactMap { streams[$0.address] }
  }

  private mutating func word(at address: UInt64) -> UInt64 {
    parser.pages.load(UInt64.self, at: address) ?? 0
  }

  // MARK: Classes and objects

  /// Remembers what a word stands for.
  private mutating func sort(_ address: UInt64) {
    switch word(at: address) {
    case parser.metadata: if tasks.count < Self.taskLimit { tasks.insert(address) }
    case let word where isEnd(word): if known.count < Self.endLimit { known.insert(address) }
    case let word where address > Self.descriptorOffset:
      // Swift's classes have kind 0 where there is no Objective-C.
      let metadata = address - Self.descriptorOffset
      guard self.word(at: metadata) == 0 else { return }
      if descriptors.storages.contains(word) {
        guard storages.count < Self.classLimit else { return }
        storages[metadata] = typeName(ofMetadata: self.word(at: metadata + 56))
      } else if descriptors.contexts.contains(word), contexts.count < Self.classLimit {
        contexts.insert(metadata)
      }
    default: break
    }
  }

  private static var descriptorOffset: UInt64 { 40 }

  /// Whether an object with this first word is a storage or a context.
  private func isEnd(_ word: UInt64) -> Bool { storages[word] != nil || contexts.contains(word) }

  /// The name of a type that has one.
  private mutating func typeName(ofMetadata metadata: UInt64) -> String {
    guard metadata % 8 == 0 else { return "" }
    switch word(at: metadata) {
    case 0: return parser.typeName(ofDescriptor: word(at: metadata &+ Self.descriptorOffset))
    case 0x200...0x203: return parser.typeName(ofDescriptor: word(at: metadata &+ 8))
    default: return ""
    }
  }

  private mutating func stream(at address: UInt64, of element: String) -> ScannedStream? {
    guard address % 16 == 0, let head = parser.pages.load(SIMD8<UInt64>.self, at: address),
      TaskParser<Memory>.isReferenced(head[1]), head[3] % 16 == 0,
      let buffer = parser.pages.load(SIMD4<UInt64>.self, at: head[3]),
      let area = parser.pages.area(of: head[3]), buffer[3] > 0, buffer[3] <= buffer[2],
      buffer[2] <= area.range.upperBound - head[3]
    else { return nil }
    let isUnlimited = head[5] & 0xff == 2
    return ScannedStream(
      address: address, element: element, count: buffer[3], limit: isUnlimited ? 0 : head[4])
  }

  // MARK: Tasks

  /// Looks for the ends of streams in the frames of tasks.
  private mutating func findTasks(of streams: inout [UInt64: ScannedStream]) {
    var ends: [UInt64: End] = [:]
    for address in known where contexts.contains(word(at: address)) {
      let storage = word(at: address + 16)
      if streams[storage] != nil { ends[address] = End(stream: storage, reads: true) }
    }
    for address in streams.keys { ends[address] = End(stream: address, reads: false) }
    // What lies in a frame is in use there; what a closure has captured may be.
    var held = [End: Set<UInt64>]()
    var captured = [End: Set<UInt64>]()
    let sorted = tasks.sorted()
    var words = 0
    for (index, task) in sorted.enumerated() where words < Self.wordLimit {
      let next = index + 1 < sorted.count ? sorted[index + 1] : .max
      let frames = frames(of: task, before: next)
      words += frames.count
      for word in frames {
        if let end = ends[word] {
          held[end, default: []].insert(task)
        } else {
          for end in captures(of: word).compactMap({ ends[$0] }) {
            captured[end, default: []].insert(task)
          }
        }
      }
    }
    for address in streams.keys {
      let (reading, writing) = (
        End(stream: address, reads: true), End(stream: address, reads: false)
      )
      let readers = held[reading] ?? captured[reading] ?? []
      let writers = [held, captured].lazy.map { ($0[writing] ?? []).subtracting(readers) }
      let all = readers.union(writers[0]).union(writers[1])
      streams[address]?.reader = only(readers, of: all)
      let writer = only(writers[0], of: all)
      streams[address]?.writer = writer != 0 ? writer : only(writers[1], of: all)
    }
  }

  /// One end of a stream.
  private struct End: Hashable {
    let stream: UInt64
    let reads: Bool
  }

  /// What a closure has captured, and what is captured by a closure in there; nothing if there is
  /// no closure's context at the address.
  private mutating func captures(of address: UInt64) -> [UInt64] {
    let words = context(at: address)
    return words + words.flatMap { context(at: $0) }
  }

  private mutating func context(at address: UInt64) -> [UInt64] {
    guard address % 16 == 0, address > 16, parser.pages.area(of: address)?.isWritable ?? false,
      word(at: word(at: address)) == Self.closureKind
    else { return [] }
    var words: [UInt64] = []
    let size = min(word(at: address - 8) & ~7, 0x100)
    append(address + 16..<max(address + 16, address - 8 + size), to: &words)
    return words
  }

  /// The kind of the metadata of what closures capture: a heap local variable's.
  private static var closureKind: UInt64 { 0x400 }

  /// The words of a task's frames: what was allocated with it, and what it has allocated since.
  private mutating func frames(of task: UInt64, before next: UInt64) -> [UInt64] {
    guard case (.task, let image) = parser.task(at: task) else { return [] }
    var words: [UInt64] = []
    let start = task + parser.layout.taskSize
    // Its first frame lies behind it: how far is what malloc says before it, if that can be.
    let size = word(at: task - 8) & ~7
    let end = (0x100...0x1000).contains(size) ? task - 16 + size : start + 0x100
    append(start..<max(start, min(end, next)), to: &words)
    var slab = image[RuntimeLayout.TaskWord.firstSlab]
    for _ in 0..<Self.slabLimit where slab != 0 && slab % 8 == 0 {
      guard let head = parser.pages.load(SIMD4<UInt64>.self, at: slab) else { break }
      let used = min(head[2] >> 32, head[2] & 0xffff_ffff, 0x4000)
      append(slab + 24..<slab + 32 + used, to: &words)
      slab = head[1]
    }
    return words
  }

  private static var slabLimit: Int { 8 }

  private mutating func append(_ range: Range<UInt64>, to words: inout [UInt64]) {
    for address in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
      words.append(word(at: address))
    }
  }

  /// The id of the one of some tasks that is no other's parent; 0 if there are several.
  ///
  /// Who makes a stream for its children holds both ends of it as long as they run.
  private mutating func only(_ tasks: Set<UInt64>, of all: Set<UInt64>) -> UInt64 {
    var left = tasks
    for task in all {
      var parent = parser.parent(of: task)
      for _ in 0..<Self.ancestorLimit where parent != 0 {
        left.remove(parent)
        parent = parser.parent(of: parent)
      }
    }
    guard left.count == 1, let task = left.first, case (.task(let found), _) = parser.task(at: task)
    else { return 0 }
    return found.id
  }

  private static var ancestorLimit: Int { 64 }
}

/// A stream that holds something, as its memory was at one moment.
struct ScannedStream: Hashable, Sendable {
  /// Where its storage lies.
  let address: UInt64
  /// The name of its elements' type; empty if that has none.
  let element: String
  /// How many elements are buffered.
  let count: UInt64
  /// The most that may be; 0 for no limit.
  let limit: UInt64
  /// The id of the only task that holds its reading end, without those around it, or 0.
  var reader: UInt64 = 0
  /// The same of its writing end.
  var writer: UInt64 = 0

  /// As it stands among the resources.
  var record: ResourceRecord {
    ResourceRecord(
      stream: address, of: element, depth: count, capacity: limit, reader: reader, writer: writer)
  }
}

/// The descriptors of the classes that streams are made of.
package struct StreamClasses: Hashable, Sendable {
  var storages: Set<UInt64> = []
  var contexts: Set<UInt64> = []

  var all: [UInt64] { Array(storages) + contexts }

  /// Nominal types whose only stored property is a reference to such a class: the symbols of their
  /// descriptors, which a library exports.
  static let symbols: Set<String> = [
    "$sScS12ContinuationVMn", "$sScs12ContinuationVMn", "$sScS8IteratorVMn", "$sScs8IteratorVMn",
  ]

  /// Finds the classes by the fields of the types above.
  ///
  /// - Parameters:
  ///   - symbols: The addresses of the descriptors.
  ///   - pages: The process's memory.
  init<Memory>(_ symbols: [String: UInt64], _ pages: inout MemoryPages<Memory>) {
    for name in Self.symbols {
      guard let type = symbols[name], let found = Self.fieldClass(of: type, &pages) else {
        continue
      }
      if name.contains("Continuation") { storages.insert(found) } else { contexts.insert(found) }
    }
  }

  init(storages: Set<UInt64>, contexts: Set<UInt64>) {
    self.storages = storages
    self.contexts = contexts
  }

  /// The descriptor of the class that the first field of a type refers to.
  ///
  /// Its mangled type begins with a symbolic reference: a byte 1, and the distance from there
  /// (“Mangling”, in Swift's documents on its ABI).
  private static func fieldClass<Memory>(
    of type: UInt64, _ pages: inout MemoryPages<Memory>
  ) -> UInt64? {
    func target(of place: UInt64, _ pages: inout MemoryPages<Memory>) -> UInt64? {
      pages.load(Int32.self, at: place).map { place &+ UInt64(bitPattern: Int64($0)) }
    }
    guard let fields = target(of: type &+ 16, &pages),
      let name = target(of: fields &+ 16 &+ 4, &pages), pages.load(UInt8.self, at: name) == 1,
      let found = target(of: name &+ 1, &pages), found % 4 == 0,
      let flags = pages.load(UInt32.self, at: found), flags & 0x1f == 16
    else { return nil }
    return found
  }
}
