import AsyncTopLinux

/// The memory of a process as one pass of a scan sees it: blocks that are read when they are first
/// asked for, and kept for the pass.
///
/// Nothing here trusts an address. One outside of the areas that were listed, in a page that is
/// swapped out, or beyond the bytes that a pass may read, is not there.
@safe
struct MemoryPages<Memory: ScannedMemory> {
  /// How many bytes are read at once.
  private static var blockSize: Int { 1 << 14 }
  /// How many blocks are kept; a later one takes the place of an earlier one.
  private static var blockCount: Int { 1 << 12 }
  /// No process has memory from here on.
  private static var end: UInt64 { 1 << 56 }

  let memory: Memory
  private(set) var areas: [MemoryArea] = []
  /// Bytes that have been read in this pass.
  private(set) var bytesRead = 0
  /// Bytes that may be read for single words in a pass.
  private let limit: Int
  private let blocks: ReservedMemory
  /// Of each place, the number of the block in it, and which of its pages are there.
  private var numbers: [UInt64]
  private var pages: [UInt64]

  /// Prepares to read.
  ///
  /// - Parameters:
  ///   - memory: What is read.
  ///   - limit: How many bytes a pass may read.
  /// - Throws: `noMemory`.
  init(_ memory: Memory, limit: Int = 1 << 30) throws(Errno) {
    self.memory = memory
    self.limit = limit
    blocks = try ReservedMemory(size: Self.blockSize * Self.blockCount)
    numbers = Array(repeating: .max, count: Self.blockCount)
    pages = Array(repeating: 0, count: Self.blockCount)
  }

  /// Forgets what was read, and lists the areas anew.
  ///
  /// - Throws: Why the process can't be looked at.
  mutating func begin() throws(Errno) {
    areas = try memory.areas()
    for index in numbers.indices { numbers[index] = .max }
    bytesRead = 0
  }

  /// The area that an address lies in.
  func area(of address: UInt64) -> MemoryArea? {
    var (low, high) = (0, areas.count)
    while low < high {
      let middle = (low + high) / 2
      if areas[middle].range.upperBound <= address { low = middle + 1 } else { high = middle }
    }
    return low < areas.count && areas[low].range.contains(address) ? areas[low] : nil
  }

  /// Whether code lies at an address.
  func isCode(_ address: UInt64) -> Bool { area(of: address)?.isExecutable ?? false }

  /// A value at an address; nil if it is not there.
  mutating func load<Value: BitwiseCopyable>(_ type: Value.Type, at address: UInt64) -> Value? {
    let size = MemoryLayout<Value>.size
    guard address < Self.end else { return nil }
    let last = address + UInt64(size - 1)
    let (first, end) = (address / UInt64(Self.blockSize), last / UInt64(Self.blockSize))
    if first == end {
      guard let start = unsafe self.start(of: first, for: address...last) else { return nil }
      let offset = Int(address % UInt64(Self.blockSize))
      return unsafe start.loadUnaligned(fromByteOffset: offset, as: type)
    }
    return unsafe withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { whole in
      for place in 0..<size {
        guard let byte = load(UInt8.self, at: address + UInt64(place)) else { return nil }
        unsafe whole[place] = byte
      }
      return unsafe whole.loadUnaligned(as: type)
    }
  }

  /// The bytes of a block, if those asked for are there.
  private mutating func start(
    of number: UInt64, for wanted: ClosedRange<UInt64>
  ) -> UnsafeMutableRawPointer? {
    let place = Int(truncatingIfNeeded: number) & (Self.blockCount - 1)
    let start = unsafe blocks.start + place * Self.blockSize
    if numbers[place] != number {
      numbers[place] = number
      pages[place] = unsafe read(number, into: start)
    }
    let page = ProcessMemory.pageSize
    let perBlock = UInt64(Self.blockSize) / page
    let (first, last) = (wanted.lowerBound / page % perBlock, wanted.upperBound / page % perBlock)
    for index in first...last where pages[place] >> index & 1 == 0 { return nil }
    return unsafe start
  }

  /// Reads what is there of a block; a bit for each page.
  private mutating func read(_ number: UInt64, into start: UnsafeMutableRawPointer) -> UInt64 {
    let first = number * UInt64(Self.blockSize)
    var there: UInt64 = 0
    var address = first
    while address < first + UInt64(Self.blockSize) {
      let end = first + UInt64(Self.blockSize)
      guard let area = area(of: address) else {
        address += ProcessMemory.pageSize
        continue
      }
      let part = address..<min(end, area.range.upperBound)
      address = part.upperBound
      guard area.isReadable, area.kind != .other else { continue }
      for range in readable(part, in: area) {
        guard bytesRead + range.count <= limit else { return there }
        let offset = Int(range.lowerBound - first)
        let buffer = unsafe UnsafeMutableRawBufferPointer(
          start: start + offset, count: range.count)
        let length = unsafe (try? memory.read([range], into: buffer)) ?? 0
        bytesRead += length
        for page in 0..<UInt64(length) / ProcessMemory.pageSize {
          there |= 1 << (UInt64(offset) / ProcessMemory.pageSize + page)
        }
      }
    }
    return there
  }

  /// What is read of a part: a file can always be read again, other memory may be swapped out.
  private func readable(_ part: Range<UInt64>, in area: MemoryArea) -> [Range<UInt64>] {
    area.kind == .file && !area.isWritable ? [part] : memory.presentPages(of: part).ranges
  }

  /// Reads parts of the memory as they are now, whatever was read before.
  ///
  /// - Returns: How many bytes, from the first part on.
  mutating func readAgain(_ parts: [Range<UInt64>], into buffer: UnsafeMutableRawBufferPointer)
    -> Int
  {
    let length = unsafe (try? memory.read(parts, into: buffer)) ?? 0
    bytesRead += length
    return length
  }
}
