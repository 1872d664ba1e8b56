public import AsyncTopTerminal

/// One thing a user can do.
///
/// Keys, help and hints come from ``all``, so none can lack another. What can be done everywhere
/// stands in `Action+All.swift`, what only one screen can do beside that screen.
public struct Action: Sendable {
  /// Its name, which tells it from the others.
  public let name: String
  /// Where it is at hand.
  public let scope: ActionScope
  /// The keys, unless a key map says others.
  public let keys: [KeyChord]
  /// What it does, in the help.
  public let help: String
  /// What it does in a word or two, in the bottom line; empty if it doesn't stand there.
  public let hint: String

  init(
    _ name: String, _ scope: ActionScope, _ keys: [KeyChord], _ help: String, hint: String = ""
  ) {
    self.name = name
    self.scope = scope
    self.keys = keys
    self.help = help
    self.hint = hint
  }

  /// All actions, in the order of the help and of the hints.
  public static let all: [Action] =
    general + Screens.tabs.map(\.action) + views + rows + table + Screens.all().flatMap(\.actions)
    + playback + program

  /// The scopes of all actions, those that go before others last.
  static let scopes: [ActionScope] = all.map(\.scope).reduce(into: []) { scopes, scope in
    guard !scopes.contains(scope) else { return }
    scopes.insert(scope, at: scopes.firstIndex { $0 > scope } ?? scopes.endIndex)
  }
}

extension Action: Hashable {
  /// Tells actions apart by their names.
  public static func == (left: Action, right: Action) -> Bool { left.name == right.name }

  /// Feeds the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Where an action is at hand.
///
/// What has a higher rank goes before what has a lower one.
public struct ActionScope: Hashable, Sendable, Comparable {
  /// The title of its part of the help.
  public let title: String
  private let rank: Int

  /// Always.
  static let everywhere = ActionScope(title: "Everywhere", rank: 0)
  /// Where a recording is looked at.
  static let playback = ActionScope(title: "In a recording", rank: 1)
  /// Where a program was started with the dashboard.
  static let program = ActionScope(title: "With a program that asynctop has started", rank: 2)
  /// Where rows can be selected.
  static let rows = ActionScope(title: "On rows", rank: 3)
  /// In a table or the tree, which can be filtered.
  static let list = ActionScope(title: "In a table or the tree", rank: 4)
  /// In a table, which can be sorted.
  static let table = ActionScope(title: "In a table", rank: 5)

  /// On one screen alone.
  static func screen(_ title: String) -> ActionScope { ActionScope(title: title, rank: 6) }

  /// Orders by precedence.
  public static func < (left: ActionScope, right: ActionScope) -> Bool { left.rank < right.rank }
}
