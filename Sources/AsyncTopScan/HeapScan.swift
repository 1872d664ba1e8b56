import AsyncTopLinux

/// Looks through a process's heaps for words, such as the first one of each object of a class: a
/// part at a time, going round.
@safe
struct HeapScan {
  /// How many bytes of addresses are looked at between two looks at the clock.
  private static let windowSize: UInt64 = 1 << 24
  /// How many bytes are read at once.
  private static let chunkSize: UInt64 = 1 << 20
  /// Objects lie at multiples of this.
  static let objectStride = 16
  /// The most words of one chunk, which is more objects than fit.
  private static let chunkLimit = 1 << 16
  /// The most that a part of a scan finds.
  static let limit = 1 << 22

  /// What has been seen.
  private(set) var coverage = ScanCoverage()
  /// Where the scan goes on.
  private var next: UInt64 = 0
  private let chunk: ReservedMemory

  /// Begins at the lowest address.
  ///
  /// - Throws: `noMemory`.
  init() throws(Errno) {
    chunk = try ReservedMemory(size: Int(Self.chunkSize))
  }

  /// Goes on until the round is finished or the time is over.
  ///
  /// - Parameters:
  ///   - words: The words.
  ///   - stride: At multiples of how many bytes they lie.
  ///   - pages: What is looked through.
  ///   - deadline: In nanoseconds of the monotonic clock.
  /// - Returns: The addresses at which the words lie, in no order; untrusted.
  /// - Throws: Why the memory can't be read.
  mutating func find<Memory>(
    _ words: [UInt64], stride: Int = objectStride, in pages: MemoryPages<Memory>,
    until deadline: UInt64
  ) throws(Errno) -> [UInt64] {
    if next == 0 { coverage = ScanCoverage(rounds: coverage.rounds) }
    var found: [UInt64] = []
    for area in pages.areas where Self.isHeap(area) && area.range.upperBound > next {
      var position = max(area.range.lowerBound, next)
      while position < area.range.upperBound {
        let end = min(area.range.upperBound, position + Self.windowSize)
        let present = pages.memory.presentPages(of: position..<end)
        coverage.swapped += present.swapped
        for chunk in Self.chunks(of: present.ranges) {
          try find(words, stride, in: chunk, of: pages.memory, &found)
        }
        position = end
        next = end
        if SystemClock.monotonic >= deadline || found.count >= Self.limit { return found }
      }
    }
    next = 0
    coverage.rounds += 1
    return found
  }

  /// Heaps are memory of the process's own that no file is behind.
  private static func isHeap(_ area: MemoryArea) -> Bool {
    area.isReadable && area.isWritable && !area.isShared && area.kind == .anonymous
  }

  /// Puts together what is read at once.
  private static func chunks(of ranges: [Range<UInt64>]) -> [[Range<UInt64>]] {
    var chunks: [[Range<UInt64>]] = []
    var room: UInt64 = 0
    for range in ranges {
      var start = range.lowerBound
      while start < range.upperBound {
        if room == 0 {
          chunks.append([])
          room = chunkSize
        }
        let end = min(range.upperBound, start + room)
        chunks[chunks.count - 1].append(start..<end)
        room -= end - start
        start = end
      }
    }
    return chunks
  }

  private mutating func find<Memory: ScannedMemory>(
    _ words: [UInt64], _ stride: Int, in ranges: [Range<UInt64>], of memory: Memory,
    _ found: inout [UInt64]
  ) throws(Errno) {
    guard !ranges.isEmpty else { return }
    let room = unsafe UnsafeMutableRawBufferPointer(start: chunk.start, count: chunk.size)
    var left = unsafe try memory.read(ranges, into: room)
    coverage.bytes += UInt64(left)
    var start = 0
    for range in ranges where left > 0 {
      let count = min(range.count, left)
      let part = unsafe UnsafeRawBufferPointer(start: chunk.start + start, count: count)
      for word in words {
        for offset in unsafe ProcessMemory.offsets(
          of: word, in: part, stride: stride, limit: Self.chunkLimit)
        {
          found.append(range.lowerBound + UInt64(offset))
        }
      }
      start += range.count
      left -= count
    }
  }
}

/// What a scan has looked through.
package struct ScanCoverage: Hashable, Sendable {
  /// Bytes that were looked at since the last round began.
  package var bytes: UInt64 = 0
  /// Bytes that were left alone in this round, since they are swapped out.
  package var swapped: UInt64 = 0
  /// How many rounds have been finished.
  package var rounds = 0
}
