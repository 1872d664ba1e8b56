public import AsyncTopBus

/// The order of many rows, of which only those that are looked at are really sorted.
///
/// A table of a million rows shows fifty. Finding these fifty takes one pass that parts the rows at
/// pivots (quickselect) and a sort of what lies around them; sorting all would take twenty times as
/// long. What was not ``settle(_:)``d has no particular order.
public struct LazyOrder: Sendable {
  /// A row with what it is sorted by; rows with equal keys keep their order.
  private struct Entry {
    var key: UInt64
    var row: Int32

    static func < (left: Entry, right: Entry) -> Bool {
      left.key != right.key ? left.key < right.key : left.row < right.row
    }
  }

  private var entries: ContiguousArray<Entry> = []
  private var settled: [Range<Int>] = []

  /// An order of nothing.
  public init() {}

  /// Takes the keys of all rows.
  ///
  /// - Parameters:
  ///   - count: The number of rows, at most 2³¹ − 1.
  ///   - descending: Whether the largest key comes first.
  ///   - key: The key of a row; nil leaves the row out.
  public init(count: Int, descending: Bool, key: (Int) -> UInt64?) {
    entries.reserveCapacity(count)
    for row in 0..<count {
      guard let key = key(row) else { continue }
      entries.append(Entry(key: descending ? ~key : key, row: Int32(row)))
    }
  }

  /// Orders records by their keys.
  ///
  /// - Parameters:
  ///   - rows: The records, at most 2³¹ − 1; the order is one of their positions.
  ///   - descending: Whether the largest key comes first.
  ///   - isWanted: Whether a record is not left out; nil if none is.
  ///   - key: The key of a record.
  public init<Row>(
    _ rows: some RecordTable<Row>, descending: Bool, where isWanted: ((Row) -> Bool)? = nil,
    key: (Row) -> UInt64
  ) {
    if isWanted == nil { entries.reserveCapacity(rows.count) }
    append(rows, in: 0..<rows.count, descending: descending, where: isWanted, key: key)
  }

  /// Adds records to the order, which is not settled any more.
  ///
  /// - Parameters:
  ///   - rows: All records.
  ///   - positions: Which of them, after those that were added before.
  ///   - descending: As for the others.
  ///   - isWanted: Whether a record is not left out; nil if none is.
  ///   - key: The key of a record.
  public mutating func append<Row>(
    _ rows: some RecordTable<Row>, in positions: Range<Int>, descending: Bool,
    where isWanted: ((Row) -> Bool)?, key: (Row) -> UInt64
  ) {
    settled = []
    let sign: UInt64 = descending ? .max : 0
    if let isWanted {
      rows.forEach(in: positions) { position, row in
        guard isWanted(row) else { return }
        entries.append(Entry(key: key(row) ^ sign, row: Int32(position)))
      }
    } else {
      rows.forEach(in: positions) { position, row in
        entries.append(Entry(key: key(row) ^ sign, row: Int32(position)))
      }
    }
  }

  /// The first eight bytes of a text as a number that is ordered like the text; an empty text comes
  /// last.
  ///
  /// To order by those takes no longer than to order by numbers.
  public static func key(of text: String) -> UInt64 {
    var key: UInt64 = 0
    var count = 0
    for byte in text.utf8.prefix(8) {
      key = key << 8 | UInt64(byte)
      count += 1
    }
    return count == 0 ? .max : key << UInt64(8 * (8 - count))
  }

  /// The number of rows that were not left out.
  public var count: Int { entries.count }

  /// The row at a position, which is its final one if the position was settled.
  public subscript(position: Int) -> Int { Int(entries[position].row) }

  /// The position that a row has or will have when it is settled.
  ///
  /// One pass over all rows.
  public func position(of row: Int) -> Int? {
    guard let entry = entries.first(where: { $0.row == Int32(row) }) else { return nil }
    return entries.reduce(0) { $1 < entry ? $0 + 1 : $0 }
  }

  /// Brings the right rows to these positions, in order.
  public mutating func settle(_ wanted: Range<Int>) {
    let wanted = wanted.clamped(to: 0..<count)
    if wanted.isEmpty || settled.contains(where: { $0.contains(wanted) }) { return }
    settled.append(wanted)
    var parts = [0..<count]
    while let part = parts.popLast() {
      if !part.overlaps(wanted) { continue }
      if part.count <= 24 || wanted.contains(part) {
        entries[part].sort(by: <)
      } else {
        let middle = divide(part)
        parts.append(part.lowerBound..<middle)
        parts.append(middle..<part.upperBound)
      }
    }
  }

  /// Parts rows at a pivot (Hoare); returns where the upper part begins, never at an end.
  private mutating func divide(_ part: Range<Int>) -> Int {
    let pivot = pivot(of: part)
    var (low, high) = (part.lowerBound - 1, part.upperBound)
    while true {
      repeat { low += 1 } while entries[low] < pivot
      repeat { high -= 1 } while pivot < entries[high]
      if low >= high { return high + 1 < part.upperBound ? high + 1 : high }
      entries.swapAt(low, high)
    }
  }

  /// The median of five rows, spread so that no plausible order of keys makes it a bad one.
  private func pivot(of part: Range<Int>) -> Entry {
    let step = part.count / 6
    var sample = (1...5).map { index in
      let jitter = Int(UInt64(part.count &* index) &* 0x9E37_79B9 % UInt64(step + 1)) / 2
      return entries[min(part.lowerBound + step * index + jitter, part.upperBound - 1)]
    }
    sample.sort(by: <)
    return sample[2]
  }
}
