/// Nodes and what stands above each, as trees: a few arrays, so that a million nodes are no matter.
struct Forest: Sendable {
  /// The owner of a node that has none.
  static let root: Int32 = -1
  /// The owner of a node that is not in the forest.
  static let absent: Int32 = -2

  /// The number of nodes, also of those that are not in it.
  let count: Int
  /// The owner of each node, or one of the above.
  private(set) var owners: ContiguousArray<Int32>
  /// The nodes that were made roots because they own themselves in the end, by who owned them.
  private(set) var circles: [Int32: Int32] = [:]
  /// Where each node's children begin in `children`; the roots follow the last node's.
  private var starts: ContiguousArray<Int32> = []
  private var children: ContiguousArray<Int32> = []

  /// Makes trees.
  ///
  /// - Parameters:
  ///   - owners: The owner of each node, or `root`, or `absent`.
  ///   - preferred: Circles are cut above one of the first so many nodes, if they have one.
  ///   - ages: By which children are ordered, and of equal ones by their numbers.
  init(owners: ContiguousArray<Int32>, preferred: Int, ages: ContiguousArray<UInt64>) {
    count = owners.count
    self.owners = owners
    breakCircles(preferred: preferred)
    gatherChildren(ages)
  }

  func owner(of index: Int) -> Int? {
    owners[index] < 0 ? nil : Int(owners[index])
  }

  func children(of index: Int) -> ArraySlice<Int32> {
    children[Int(starts[index])..<Int(starts[index + 1])]
  }

  var roots: ArraySlice<Int32> { children(of: count) }

  /// Orders the roots anew.
  mutating func sortRoots(_ isBefore: (Int32, Int32) -> Bool) {
    children[Int(starts[count])..<Int(starts[count + 1])].sort(by: isBefore)
  }

  private mutating func breakCircles(preferred: Int) {
    // 0: not looked at; −1: leads to a root; else the walk that met it.
    var marks = ContiguousArray<Int32>(repeating: 0, count: count)
    for start in 0..<count where marks[start] == 0 {
      let walk = Int32(start + 1)
      var node = start
      while marks[node] == 0 {
        marks[node] = walk
        guard owners[node] >= 0 else { break }
        let owner = Int(owners[node])
        if marks[owner] == walk {
          cut(circleOf: owner, preferred: preferred)
          break
        }
        node = owner
      }
      node = start
      while marks[node] == walk {
        marks[node] = -1
        guard owners[node] >= 0 else { break }
        node = Int(owners[node])
      }
    }
  }

  /// Makes the first of a circle's nodes a root.
  private mutating func cut(circleOf node: Int, preferred: Int) {
    var first = node
    var next = Int(owners[node])
    while next != node {
      if next < first || (first >= preferred && next < preferred) { first = next }
      next = Int(owners[next])
    }
    circles[Int32(first)] = owners[first]
    owners[first] = Forest.root
  }

  /// Counts, then places: the roots are the children of the node after the last.
  private mutating func gatherChildren(_ ages: ContiguousArray<UInt64>) {
    starts = ContiguousArray(repeating: 0, count: count + 2)
    var present = 0
    for owner in owners where owner != Forest.absent {
      starts[(owner < 0 ? count : Int(owner)) + 1] += 1
      present += 1
    }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var next = starts
    children = ContiguousArray(repeating: 0, count: present)
    for index in 0..<count where owners[index] != Forest.absent {
      let owner = owners[index] < 0 ? count : Int(owners[index])
      children[Int(next[owner])] = Int32(index)
      next[owner] += 1
    }
    for owner in 0...count {
      let range = Int(starts[owner])..<Int(starts[owner + 1])
      guard range.count > 1 else { continue }
      children[range].sort { (ages[Int($0)], $0) < (ages[Int($1)], $1) }
    }
  }
}
