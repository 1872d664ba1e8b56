import AsyncTopTerminal

/// The screens there are.
enum Screens {
  /// All of them, those with a tab in the order of their tabs; a new one is one line here.
  static func all() -> [any Screen] {
    [
      TableScreen<TaskList>(),
      TreeScreen(),
      TableScreen<TimerList>(),
      DetailsScreen(),
    ]
  }

  /// The tabs, whose actions have the keys of their numbers; the tenth has 0.
  static let tabs: [(title: String, action: Action)] = all().filter { $0.tab != nil }
    .enumerated().compactMap { number, screen in
      let digit = KeyChord.typed(Character("\((number + 1) % 10)"))
      return screen.tab.map { (screen.title, $0.adding(digit)) }
    }
}
