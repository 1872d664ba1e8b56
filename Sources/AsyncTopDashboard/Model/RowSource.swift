import AsyncTopInsight

/// The rows of a view in the order they are drawn, by what stands in them.
struct RowSource: RandomAccessCollection {
  let count: Int
  private let id: (Int) -> EntityID

  init(count: Int, id: @escaping (Int) -> EntityID) {
    self.count = count
    self.id = id
  }

  var startIndex: Int { 0 }
  var endIndex: Int { count }
  subscript(position: Int) -> EntityID { id(position) }
}
