/// What a key means, without its modifiers.
public enum Key: Hashable, Sendable {
  /// A character, as typed: `A` and `a` are two keys, and neither carries ``KeyModifiers/shift``.
  case character(Character)
  /// F1 and following, counted from 1.
  case function(Int)
  /// The arrow up.
  case up
  /// The arrow down.
  case down
  /// The arrow to the left.
  case left
  /// The arrow to the right.
  case right
  /// To the start.
  case home
  /// To the end.
  case end
  /// A page up.
  case pageUp
  /// A page down.
  case pageDown
  /// Insert.
  case insert
  /// Delete what follows the cursor.
  case delete
  /// Delete what precedes the cursor.
  case backspace
  /// Tab; with ``KeyModifiers/shift`` it goes backwards.
  case tab
  /// Return.
  case enter
  /// Escape.
  case escape
}
