import AsyncTopInsight
import AsyncTopTerminal

/// What the tree remembers: what is folded, and which row is selected.
struct TreeState: Sendable {
  /// What holds for everything that was not folded or unfolded by itself.
  enum Rule: Hashable, Sendable {
    /// What has many children is folded.
    case automatic
    /// Nothing is folded.
    case unfolded
    /// Everything is folded.
    case folded
  }

  /// A node with more children than this is folded until the user unfolds it.
  static let manyChildren = 500

  var selection = ListSelection<EntityID>()
  /// What stands above: owners, or what is waited for.
  var order = TaskTree.Order.owners
  var rule = Rule.automatic
  /// What is folded though the rule says it isn't, or the other way round.
  var exceptions: Set<EntityID> = []
  var rows = TreeRows()
  /// Whether the rows are those of another snapshot, filter or folding.
  var isStale = true

  func isFolded(_ entity: EntityID, childCount: Int) -> Bool {
    let byRule =
      switch rule {
      case .automatic: childCount > TreeState.manyChildren
      case .unfolded: false
      case .folded: true
      }
    return byRule != exceptions.contains(entity)
  }

  /// Folds what is unfolded, or the other way round.
  mutating func toggle(_ entity: EntityID) {
    if exceptions.remove(entity) == nil { exceptions.insert(entity) }
    isStale = true
  }

  /// Shows the other tree.
  mutating func toggleOrder() {
    order = order == .owners ? .waits : .owners
    isStale = true
  }

  /// Shows everything if anything is folded, else only the roots.
  mutating func toggleAll() {
    rule = rows.rows.contains(where: \.isFolded) ? .unfolded : .folded
    exceptions = []
    isStale = true
  }
}
