public import AsyncTopTerminal

/// What a theme gives a look to; a theme defines every one.
public enum ThemeRole: Int, Hashable, Sendable, CaseIterable {
  /// Text, and the background of everything that has none of its own.
  case text
  /// What matters less: units, ages of the unremarkable, explanations.
  case dim
  /// Lines around and between parts.
  case border
  /// Titles of parts.
  case title
  /// The lines at the top, and the names of the facts in them.
  case header
  /// The facts in the lines at the top.
  case headerValue
  /// Titles of columns.
  case columnTitle
  /// The title of the column that the table is sorted by.
  case columnTitleSorted
  /// The selected row.
  case selection
  /// What can be pressed: keys on tabs, links.
  case link
  /// The names of views.
  case tabTitle
  /// Identifiers.
  case identifier
  /// Places in the source.
  case site
  /// The lines of a tree.
  case treeLine
  /// A task that is on a thread.
  case stateRunning
  /// A task that could run and waits for a thread.
  case stateScheduled
  /// A task that waits for something.
  case stateWaiting
  /// A task that has returned.
  case stateDone
  /// A task that was cancelled.
  case stateCancelled
  /// A task that threw.
  case stateFailed
  /// A wait for a task.
  case waitsForTask
  /// A wait for a group.
  case waitsForGroup
  /// A wait for a timer.
  case waitsForTimer
  /// A wait for a lock, a queue, a socket or another resource.
  case waitsForResource
  /// A wait for a continuation.
  case waitsForContinuation
  /// A wait for an executor or an actor.
  case waitsForExecutor
  /// Something a check found.
  case warning
  /// Something that went wrong.
  case error
  /// Something a check found that is over.
  case warningOver
  /// The filled part of a bar.
  case barFull
  /// The rest of a bar.
  case barEmpty
  /// The filled part of a bar that is nearly out.
  case barUrgent
  /// Sparklines and histograms.
  case sparkline
  /// The line of time in playback.
  case timeline
  /// The present moment on the line of time.
  case timelineCursor
  /// A mark on the line of time.
  case mark
  /// The cursor in a text field.
  case cursor
  /// The names of keys in the bottom line.
  case keyHint
  /// What the keys do.
  case keyHintLabel
  /// The inside of a popup.
  case popup
  /// The frame of a popup.
  case popupBorder
  /// The title of a popup.
  case popupTitle
  /// The part of a text that the filter found.
  case filterMatch
  /// The text of the filter being typed.
  case filterInput
  /// The sign that the picture stands still.
  case paused
  /// The sign that a recording is being made.
  case recording
}

extension ThemeRole {
  /// The key in a theme file: `stateRunning` is `state-running`.
  public var key: String {
    "\(self)".reduce(into: "") { key, character in
      key += character.isUppercase ? "-\(character.lowercased())" : String(character)
    }
  }

  /// The roles by their keys.
  static let byKey = Dictionary(uniqueKeysWithValues: allCases.map { ($0.key, $0) })

  /// The states of a task.
  public static let states: [ThemeRole] = [
    .stateRunning, .stateScheduled, .stateWaiting, .stateDone, .stateCancelled, .stateFailed,
  ]

  /// A sign for a state, so that colour is never the only difference; nil for other roles.
  public func sign(in glyphs: GlyphSet) -> Glyph? {
    let isASCII = glyphs == .ascii
    switch self {
    case .stateRunning: return Glyph(isASCII ? "R" : "●")
    case .stateScheduled: return Glyph(isASCII ? "S" : "◐")
    case .stateWaiting: return Glyph(isASCII ? "w" : "○")
    case .stateDone: return Glyph(isASCII ? "d" : "✓")
    case .stateCancelled: return Glyph(isASCII ? "C" : "⊘")
    case .stateFailed: return Glyph(isASCII ? "F" : "✗")
    case .warning: return Glyph(isASCII ? "!" : "▲")
    case .error: return Glyph(isASCII ? "X" : "✖")
    case .warningOver: return Glyph(isASCII ? "-" : "△")
    default: return nil
    }
  }
}

/// What a theme's palette gives a colour to; the usual looks of roles are made of these.
public enum ThemeColor: String, Hashable, Sendable, CaseIterable {
  /// Text.
  case ink
  /// Behind text.
  case paper
  /// What matters less.
  case faint
  /// Lines.
  case line
  /// Titles.
  case heading
  /// What is read after the text: names of facts, places.
  case soft
  /// Behind the lines at the top and at the bottom.
  case panel
  /// Facts and keys on those.
  case strong
  /// What is marked on those.
  case accent
  /// Text of the selected row.
  case selectedInk = "selected-ink"
  /// Behind the selected row.
  case selected
  /// A task that runs.
  case run
  /// A task that could run.
  case ready
  /// A task that waits.
  case wait
  /// A task that has ended.
  case done
  /// A task that was cancelled.
  case cancel
  /// A task that has failed, and what else went wrong.
  case fail
  /// What a check found.
  case alarm
  /// A wait for a task.
  case task
  /// A wait for a group.
  case group
  /// A wait for a timer.
  case timer
  /// A wait for a resource.
  case resource
  /// A wait for a continuation.
  case continuation
  /// A wait for an executor.
  case executor
  /// The empty part of a bar.
  case hollow
  /// The cursor.
  case caret
  /// Behind what lies over the view.
  case sheet
  /// What is highlighted.
  case highlightInk = "highlight-ink"
  /// Behind what is highlighted.
  case highlight
}
