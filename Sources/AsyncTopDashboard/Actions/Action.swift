public import AsyncTopTerminal

/// One thing a user can do.
///
/// Keys, help and hints come from ``all``, so none can lack another.
public struct Action: Hashable, Sendable {
  /// Which one.
  public let id: ActionID
  /// Where it is at hand.
  public let scope: ActionScope
  /// The keys, unless a key map says others.
  public let keys: [KeyChord]
  /// What it does, in the help.
  public let help: String
  /// What it does in a word or two, in the bottom line; empty if it doesn't stand there.
  public let hint: String

  init(
    _ id: ActionID, _ scope: ActionScope, _ keys: [KeyChord], _ help: String, hint: String = ""
  ) {
    self.id = id
    self.scope = scope
    self.keys = keys
    self.help = help
    self.hint = hint
  }

  /// The action of an id.
  public static func of(_ id: ActionID) -> Action {
    all[positions[id] ?? 0]
  }

  private static let positions = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($1.id, $0) })
}
