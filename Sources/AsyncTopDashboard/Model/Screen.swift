public import AsyncTopInsight

/// What a dashboard shows.
public enum Screen: Hashable, Sendable {
  /// The table of tasks.
  case tasks
  /// The tree.
  case tree
  /// The table of timers.
  case timers
  /// One thing by itself.
  case details(EntityID)

  /// The screens that have a key and a tab of their own.
  public static let tabs: [Screen] = [.tasks, .tree, .timers]

  /// What stands on its tab.
  public var title: String {
    switch self {
    case .tasks: "Tasks"
    case .tree: "Tree"
    case .timers: "Timers"
    case .details: "Details"
    }
  }
}
