import AsyncTopTerminal

extension Action {
  /// All actions, in the order of the help and of the hints.
  public static let all: [Action] = general + views + rows + table + tree + playback + program

  private static let general: [Action] = [
    Action(.quit, .everywhere, [.typed("q"), .control("c")], "leave", hint: "quit"),
    Action(
      .help, .everywhere, [.typed("?"), .function(1)], "show or hide this help", hint: "help"),
    Action(
      .pause, .everywhere, [.typed(" ")],
      "stand still, or go on; play or pause a recording",
      hint: "pause"),
    Action(.back, .everywhere, [.escape], "close, clear the filter, go back"),
    Action(.suspend, .everywhere, [.control("z")], "stop asynctop; `fg` continues it"),
    Action(.redraw, .everywhere, [.control("l")], "draw the screen again"),
  ]

  private static let views: [Action] = [
    Action(.showTasks, .everywhere, [.typed("1")], "show the tasks"),
    Action(
      .showTree, .everywhere, [.typed("2"), .typed("t"), .function(5)], "show the tree",
      hint: "tree"),
    Action(.showTimers, .everywhere, [.typed("3")], "show the timers"),
    Action(.nextView, .everywhere, [.key(.tab)], "show the next view", hint: "view"),
    Action(.previousView, .everywhere, [.shift(.tab)], "show the view before"),
  ]

  private static let rows: [Action] = [
    Action(.details, .rows, [.key(.enter)], "look at the selected row by itself", hint: "details"),
    Action(
      .filter, .list, [.typed("/"), .typed("\\"), .function(4)],
      "show only rows with a text; Esc shows all again",
      hint: "filter"),
    Action(.up, .rows, [.key(.up), .typed("k")], "one row up"),
    Action(.down, .rows, [.key(.down), .typed("j")], "one row down"),
    Action(.pageUp, .rows, [.key(.pageUp), .control("b")], "one page up"),
    Action(.pageDown, .rows, [.key(.pageDown), .control("f")], "one page down"),
    Action(.first, .rows, [.key(.home), .typed("g")], "to the first row, and stay there"),
    Action(.last, .rows, [.key(.end), .typed("G")], "to the last row"),
    Action(.followWait, .rows, [.typed("w")], "look at what it waits for", hint: "waits for"),
    Action(.followWaiter, .rows, [.typed("W")], "look at who waits for it"),
    Action(.followOwner, .rows, [.typed("o")], "look at its parent, group or owner"),
  ]

  private static let table: [Action] = [
    Action(
      .sortMenu, .table, [.typed("s"), .function(6)], "choose the column to sort by", hint: "sort"),
    Action(.sortPrevious, .table, [.key(.left)], "sort by the column to the left"),
    Action(.sortNext, .table, [.key(.right)], "sort by the column to the right"),
    Action(.reverse, .table, [.typed("i"), .typed("I")], "sort the other way", hint: "reverse"),
  ]

  private static let tree: [Action] = [
    Action(
      .fold, .tree, [.key(.left), .typed("-")], "hide what is below; then, to the owner",
      hint: "fold"),
    Action(.unfold, .tree, [.key(.right), .typed("+")], "show what is below", hint: "unfold"),
    Action(
      .toggleWaits, .tree, [.typed("b")], "show who blocks whom, or who owns whom",
      hint: "who blocks"),
    Action(.unfoldAll, .tree, [.typed("*")], "show everything, or only the roots"),
  ]

  private static let playback: [Action] = [
    Action(.eventBack, .playback, [.typed(",")], "one event back", hint: "event"),
    Action(.eventForward, .playback, [.typed(".")], "one event forward", hint: "event"),
    Action(.tenthBack, .playback, [.typed("<")], "a tenth of a second back"),
    Action(.tenthForward, .playback, [.typed(">")], "a tenth of a second forward"),
    Action(.secondsBack, .playback, [.control(.left)], "five seconds back"),
    Action(.secondsForward, .playback, [.control(.right)], "five seconds forward"),
    Action(.partBack, .playback, [.shift(.left)], "a tenth of the recording back"),
    Action(.partForward, .playback, [.shift(.right)], "a tenth of the recording forward"),
    Action(
      .recordingStart, .playback, [.control(.home), .typed("0")], "to the start of the recording"),
    Action(.recordingEnd, .playback, [.control(.end), .typed("$")], "to the end of the recording"),
    Action(.previousMark, .playback, [.typed("[")], "to the mark before", hint: "mark"),
    Action(.nextMark, .playback, [.typed("]")], "to the next mark", hint: "mark"),
    Action(.slower, .playback, [.typed("{")], "half as fast", hint: "speed"),
    Action(.faster, .playback, [.typed("}")], "twice as fast", hint: "speed"),
    Action(.normalSpeed, .playback, [.typed("=")], "as fast as it was"),
    Action(
      .goToTime, .playback, [.typed("@")], "go to a time: 12.5, 1:30, +5s, -200ms or 40%",
      hint: "go to"),
  ]

  private static let program: [Action] = [
    Action(
      .output, .program, [.typed("p")], "show what it writes below, alone, or not at all",
      hint: "output"),
    Action(.outputBack, .program, [.control("u")], "back in what it has written"),
    Action(.outputForward, .program, [.control("d")], "on in what it has written"),
    Action(.release, .program, [.typed("c")], "let it go on, if it was started stopped"),
  ]
}

extension KeyChord {
  fileprivate static let escape = KeyChord(.escape)
  fileprivate static func typed(_ character: Character) -> KeyChord { KeyChord(character) }
  fileprivate static func key(_ key: Key) -> KeyChord { KeyChord(key) }
  fileprivate static func function(_ number: Int) -> KeyChord { KeyChord(.function(number)) }
  fileprivate static func shift(_ key: Key) -> KeyChord { KeyChord(key, .shift) }
  fileprivate static func control(_ key: Key) -> KeyChord { KeyChord(key, .control) }
  fileprivate static func control(_ character: Character) -> KeyChord {
    KeyChord(.character(character), .control)
  }
}
