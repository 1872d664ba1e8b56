import AsyncTopInsight
import AsyncTopTerminal

/// The screens there are.
enum Screens {
  /// All of them, those with a tab in the order of their tabs; a new one is one line here.
  static func all() -> [any Screen] {
    [
      TableScreen<TaskList>(),
      TreeScreen(.owners),
      TableScreen<TimerList>(),
      TableScreen<SiteList>(),
      TableScreen<ResourceList>(below: ResourceList.waiters),
      TreeScreen(.waits),
      TableScreen<ThreadList>(below: ThreadList.longestPolls),
      TableScreen<WarningList>(),
      DetailsScreen(),
    ]
  }

  /// A screen's name on its tab.
  struct Tab {
    /// The first of its keys, a digit.
    let key: String
    let title: String
    /// The name where there is little room.
    let shortTitle: String
    let action: Action
  }

  /// The tabs, from left to right.
  static let tabs: [Tab] = all().compactMap { screen in
    guard let action = screen.tab, let key = action.keys.first else { return nil }
    return Tab(
      key: key.description, title: screen.title, shortTitle: screen.shortTitle, action: action)
  }
}
