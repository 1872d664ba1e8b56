import AsyncTopTerminal

extension Action {
  static let quit = Action(
    "quit", .everywhere, [.typed("q"), .control("c")], "leave", hint: "quit")
  static let help = Action(
    "help", .everywhere, [.typed("?"), .function(1)], "show or hide this help", hint: "help")
  static let pause = Action(
    "pause", .everywhere, [.typed(" ")], "stand still, or go on; play or pause a recording",
    hint: "pause")
  static let changeHeader = Action(
    "changeHeader", .everywhere, [.typed("H")], "less or more of the header")
  static let back = Action(
    "back", .everywhere, [.escape], "close, clear the filter, go back")
  static let suspend = Action(
    "suspend", .everywhere, [.control("z")], "stop asynctop; `fg` continues it")
  static let redraw = Action(
    "redraw", .everywhere, [.control("l")], "draw the screen again")

  /// What can be done everywhere.
  static let general: [Action] = [
    quit, help, pause, changeHeader, back, suspend, redraw,
  ]
}

extension Action {
  static let nextView = Action(
    "nextView", .everywhere, [.key(.tab)], "show the next view", hint: "view")
  static let previousView = Action(
    "previousView", .everywhere, [.shift(.tab)], "show the view before")

  /// The ways from view to view, besides the keys of their tabs.
  static let views: [Action] = [
    nextView, previousView,
  ]
}

extension Action {
  static let details = Action(
    "details", .rows, [.key(.enter)], "look at the selected row by itself", hint: "details")
  static let filter = Action(
    "filter", .list, [.typed("/"), .typed("\\"), .function(4)],
    "show only rows with a text; Esc shows all again", hint: "filter")
  static let up = Action(
    "up", .rows, [.key(.up), .typed("k")], "one row up")
  static let down = Action(
    "down", .rows, [.key(.down), .typed("j")], "one row down")
  static let pageUp = Action(
    "pageUp", .rows, [.key(.pageUp), .control("b")], "one page up")
  static let pageDown = Action(
    "pageDown", .rows, [.key(.pageDown), .control("f")], "one page down")
  static let first = Action(
    "first", .rows, [.key(.home), .typed("g")], "to the first row, and stay there")
  static let last = Action(
    "last", .rows, [.key(.end), .typed("G")], "to the last row")
  static let followWait = Action(
    "followWait", .rows, [.typed("w")], "look at what it waits for", hint: "waits for")
  static let followWaiter = Action(
    "followWaiter", .rows, [.typed("W")], "look at who waits for it")
  static let followOwner = Action(
    "followOwner", .rows, [.typed("o")], "look at its parent, group or owner")

  /// What can be done with rows, whatever they are rows of.
  static let rows: [Action] = [
    details, filter, up, down, pageUp, pageDown, first, last, followWait, followWaiter, followOwner,
  ]
}

/// The keys of actions.
extension KeyChord {
  static let escape = KeyChord(.escape)
  static func typed(_ character: Character) -> KeyChord { KeyChord(character) }
  static func key(_ key: Key) -> KeyChord { KeyChord(key) }
  static func function(_ number: Int) -> KeyChord { KeyChord(.function(number)) }
  static func shift(_ key: Key) -> KeyChord { KeyChord(key, .shift) }
  static func control(_ key: Key) -> KeyChord { KeyChord(key, .control) }
  static func control(_ character: Character) -> KeyChord {
    KeyChord(.character(character), .control)
  }
}
