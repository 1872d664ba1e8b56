/// Finds records by their ids: a table with open addressing, built once for a snapshot.
///
/// An id that two records have (a task seen twice while its slot changed hands) finds the first.
public struct IDIndex: Sendable {
  /// The position of a record, counted from 1; 0 is free.
  @usableFromInline var table: ContiguousArray<Int32>
  @usableFromInline var ids: ContiguousArray<UInt64>
  @usableFromInline let mask: Int

  /// Builds the index.
  ///
  /// - Parameters:
  ///   - records: The records, at most 2³⁰.
  ///   - id: The id of one of them.
  @inlinable
  public init<Record>(
    _ records: some RandomAccessCollection<Record>, id: (Record) -> UInt64
  ) {
    var size = 16
    while size < records.count * 2 { size *= 2 }
    mask = size - 1
    table = ContiguousArray(repeating: 0, count: size)
    ids = ContiguousArray(repeating: 0, count: size)
    var entry: Int32 = 0
    for record in records {
      entry += 1
      insert(id(record), entry)
    }
  }

  @usableFromInline
  mutating func insert(_ id: UInt64, _ entry: Int32) {
    var place = start(id)
    while table[place] != 0 {
      if ids[place] == id { return }
      place = (place + 1) & mask
    }
    table[place] = entry
    ids[place] = id
  }

  /// The position of the record with this id.
  public func position(of id: UInt64) -> Int? {
    var place = start(id)
    while table[place] != 0 {
      if ids[place] == id { return Int(table[place]) - 1 }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Folds the product with 2⁶⁴ divided by the golden ratio.
  ///
  /// Whoever chooses ids does not know the seed, and so not which of them would meet.
  private func start(_ id: UInt64) -> Int {
    let (high, low) = (id ^ IDIndex.seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: high ^ low) & mask
  }

  private static let seed = UInt64.random(in: 0 ... .max)
}
