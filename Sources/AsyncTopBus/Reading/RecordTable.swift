/// Records that are walked by their positions, a million of them as fast as that can be done.
public protocol RecordTable<Element>: RandomAccessCollection where Index == Int {
  /// Calls with the records at some positions.
  func forEach(in positions: Range<Int>, _ body: (Int, Element) -> Void)
}

extension ContiguousArray: RecordTable {
  /// Calls with the elements at some positions.
  @inlinable
  public func forEach(in positions: Range<Int>, _ body: (Int, Element) -> Void) {
    for position in positions { body(position, self[position]) }
  }
}
