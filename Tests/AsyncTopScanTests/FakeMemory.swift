import AsyncTopLinux

@testable import AsyncTopScan

/// The memory of a process that there is not: a heap, and code.
final class FakeMemory: ScannedMemory {
  static let heap: UInt64 = 0x7f00_0000_0000
  static let code: UInt64 = 0x5500_0000_0000
  static let codeSize: UInt64 = 1 << 16
  static let metadata: UInt64 = 0x5500_0001_0010
  static let layout = RuntimeLayout.known[0]

  /// The heap's words.
  private(set) var words: [UInt64]
  /// Pages of the heap that are swapped out, by their number.
  var swapped: Set<Int> = []
  /// Called before each read with the heap's words: somebody else writes them.
  var disturb: (inout [UInt64]) -> Void = { _ in }
  /// How many bytes were read.
  private(set) var bytesRead = 0
  private var next = 0

  init(size: Int) {
    words = Array(repeating: 0, count: size / 8)
  }

  func areas() -> [MemoryArea] {
    [
      MemoryArea(
        range: Self.code..<Self.code + Self.codeSize, isWritable: false, isExecutable: true,
        kind: .file),
      MemoryArea(range: Self.heap..<Self.heap + UInt64(words.count * 8)),
    ]
  }

  func presentPages(of range: Range<UInt64>) -> ProcessMemory.PresentPages {
    var found = ProcessMemory.PresentPages(ranges: [])
    let page = ProcessMemory.pageSize
    for address in stride(from: range.lowerBound, to: range.upperBound, by: Int(page)) {
      if address >= Self.heap, swapped.contains(Int((address - Self.heap) / page)) {
        found.swapped += page
      } else {
        found.ranges.append(address..<address + page)
      }
    }
    return found
  }

  func read(_ parts: [Range<UInt64>], into buffer: UnsafeMutableRawBufferPointer) -> Int {
    disturb(&words)
    var done = 0
    for part in parts {
      guard part.lowerBound >= Self.heap,
        part.upperBound <= Self.heap + UInt64(words.count * 8)
      else {
        let isCode = part.lowerBound >= Self.code && part.upperBound <= Self.code + Self.codeSize
        guard isCode else { return done }
        for place in done..<done + part.count { unsafe buffer[place] = 0 }
        done += part.count
        continue
      }
      let offset = Int(part.lowerBound - Self.heap)
      unsafe words.withUnsafeBytes { bytes in
        let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + part.count])
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).copyMemory(from: part)
      }
      done += part.count
    }
    bytesRead += done
    return done
  }

  /// Takes room in the heap, as malloc does; returns its address.
  func allocate(_ size: Int) -> UInt64 {
    let address = Self.heap + UInt64(next * 8)
    next += (size + 15) / 16 * 2
    precondition(next <= words.count)
    return address
  }

  subscript(address: UInt64) -> UInt64 {
    get { words[Int((address - Self.heap) / 8)] }
    set { words[Int((address - Self.heap) / 8)] = newValue }
  }

  func write(_ text: String) -> UInt64 {
    let bytes = Array(text.utf8) + [0]
    let address = allocate(bytes.count)
    for (index, byte) in bytes.enumerated() {
      self[address + UInt64(index / 8 * 8)] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
    return address
  }
}

extension FakeMemory {
  /// Puts a task into the heap that waits for a continuation, in two functions.
  func addTask(
    _ id: UInt64, named name: String = "", childOf parent: UInt64 = 0, in group: UInt64 = 0
  ) -> UInt64 {
    let task = allocate(512)
    let records = allocate(48 + 32)
    let contexts = allocate(32)
    var flags: UInt64 = 0x0200_1500
    if parent != 0 { flags |= 1 << 24 }
    if group != 0 { flags |= 1 << 26 }
    self[task] = Self.metadata
    self[task + 8] = 3
    self[task + 0x20] = flags | id << 32
    self[task + 0x38] = Self.code + 16
    self[task + 0x40] = contexts
    self[task + 0x60] = 0x4015
    self[task + 0x68] = records
    self[task + 0x78] = contexts
    self[task + 0x90] = id >> 32
    self[task + 0xa0] = records
    self[task + 0xd0] = parent
    self[task + 0xe0] = group
    self[records + 0x08] = name.isEmpty ? 0 : records + 48
    self[records + 0x10] = contexts
    self[records + 0x20] = 2
    self[records + 0x28] = task
    if !name.isEmpty {
      self[records + 48] = 6
      self[records + 48 + 0x10] = write(name)
    }
    self[contexts] = contexts + 16
    self[contexts + 8] = Self.code + 32
    self[contexts + 24] = Self.code + 48
    return task
  }

  /// Everything a scan finds.
  func scan(passes: Int = 1) throws -> [ScannedTask] {
    var scanner = try TaskScanner(
      MemoryPages(self), layout: Self.layout, metadata: Self.metadata)
    var tasks: [ScannedTask] = []
    for _ in 0..<passes { tasks = try scanner.pass(until: .max).tasks }
    return tasks
  }
}
