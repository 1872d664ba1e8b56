/// Where an action is at hand.
///
/// What comes later goes before what comes earlier.
public enum ActionScope: Int, Hashable, Sendable, CaseIterable, Comparable {
  /// Always.
  case everywhere
  /// Where a recording is looked at.
  case playback
  /// Where a program was started with the dashboard.
  case program
  /// Where rows can be selected.
  case rows
  /// In a table or the tree, which can be filtered.
  case list
  /// In a table, which can be sorted.
  case table
  /// In the tree.
  case tree

  /// Orders by precedence.
  public static func < (left: ActionScope, right: ActionScope) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The title of its part of the help.
  public var title: String {
    switch self {
    case .everywhere: "Everywhere"
    case .playback: "In a recording"
    case .program: "With a program that asynctop has started"
    case .rows: "On rows"
    case .list: "In a table or the tree"
    case .table: "In a table"
    case .tree: "In the tree"
    }
  }
}
