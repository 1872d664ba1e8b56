/// Finds the strongly connected components of a graph that are circles.
///
/// Tarjan's algorithm (“Depth-first search and linear graph algorithms”, 1972), without
/// recursion.
struct ComponentSearch {
  private struct Frame {
    var node: Int
    var successors: [Int]
    var next = 0
  }

  /// The components with more than one node, and single nodes that lead to themselves.
  private(set) var cycles: [[Int]] = []
  private var order: ContiguousArray<Int32>
  private var lowest: ContiguousArray<Int32>
  private var isOpen: ContiguousArray<Bool>
  private var open: [Int] = []
  private var counter: Int32 = 0

  /// Prepares a search among nodes numbered from 0.
  init(count: Int) {
    order = ContiguousArray(repeating: 0, count: count)
    lowest = order
    isOpen = ContiguousArray(repeating: false, count: count)
  }

  /// Searches all that can be reached from a node and was not yet.
  mutating func visit(_ start: Int, successors: (Int) -> [Int]) {
    guard order[start] == 0 else { return }
    var frames = [enter(start, successors)]
    while let frame = frames.last {
      if frame.next < frame.successors.count {
        frames[frames.count - 1].next += 1
        let target = frame.successors[frame.next]
        if order[target] == 0 {
          frames.append(enter(target, successors))
        } else if isOpen[target] {
          lowest[frame.node] = min(lowest[frame.node], order[target])
        }
      } else {
        frames.removeLast()
        if let parent = frames.last {
          lowest[parent.node] = min(lowest[parent.node], lowest[frame.node])
        }
        if lowest[frame.node] == order[frame.node] { close(frame) }
      }
    }
  }

  private mutating func enter(_ node: Int, _ successors: (Int) -> [Int]) -> Frame {
    counter += 1
    order[node] = counter
    lowest[node] = counter
    isOpen[node] = true
    open.append(node)
    return Frame(node: node, successors: successors(node))
  }

  private mutating func close(_ frame: Frame) {
    var component: [Int] = []
    while let node = open.popLast() {
      isOpen[node] = false
      component.append(node)
      if node == frame.node { break }
    }
    if component.count > 1 || frame.successors.contains(frame.node) { cycles.append(component) }
  }
}
