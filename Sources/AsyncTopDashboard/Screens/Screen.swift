public import AsyncTopInsight
import AsyncTopTerminal

/// One view of a session: its state, its rows, its keys and its drawing.
///
/// The dashboard knows no screen by its name. It has those of ``Screens/all()``, gives keys and the
/// mouse to the one that is shown, and does what all screens share: tabs, the filter, the menu of
/// columns to sort by, going from one thing to another and back, a recording's time.
///
/// 1. Whoever asks a screen for something has called ``refresh(_:)`` before, with the same context.
/// 2. ``invalidate()`` is called when there is another snapshot or filter, and when the screen is
///    shown; what was found out of the last ones doesn't hold any more then.
/// 3. What a screen remembers (what is selected, folded, sorted by) it remembers by the identity of
///    entities, so that it holds for the next snapshot, also in a recording at another moment.
protocol Screen {
  /// Tells it from others; of a screen about one thing, with that.
  var id: ScreenID { get }
  /// What it is called on its tab.
  var title: String { get }
  /// Shows it, by the key of its tab's number and its own; nil for one that has no tab, and is only
  /// shown on the way from another screen.
  var tab: Action? { get }
  /// What it can do that no other can.
  var actions: [Action] { get }
  /// Where its keys are looked for, besides those that hold on every screen.
  var scopes: Set<ActionScope> { get }
  /// What it can be sorted by and is; nil if it can't be sorted.
  var sorting: SortOrder? { get set }
  /// What keys start from that follow a relation: to what it waits for, to its owner.
  var subject: EntityID? { get }
  /// The task whose events it wants to see, as far as there are any.
  var followedTask: UInt64? { get }

  /// Whether not all rows have been looked at that the filter may leave.
  var isSearching: Bool { get }

  /// How many rows it has; nil if nobody wants to know.
  func rowCount(_ context: ScreenContext) -> RowCount?
  /// Shows a thing by itself, if it is a screen for that; returns whether it is.
  mutating func open(_ entity: EntityID) -> Bool
  /// Its rows must be found anew.
  mutating func invalidate()
  /// Finds its rows anew, if they are stale, and keeps the selection with its row.
  mutating func refresh(_ context: ScreenContext)
  /// Goes on to look at rows, for a few milliseconds.
  mutating func search(_ context: ScreenContext)
  /// Does what a key asks for; those that mean nothing here do nothing.
  mutating func perform(_ action: Action, _ context: ScreenContext) -> ScreenRequest?
  /// Does what a click asks for, somewhere in the body of the layout.
  mutating func click(_ point: Point, _ context: ScreenContext) -> ScreenRequest?
  /// Does what the wheel asks for.
  mutating func scroll(by rows: Int, _ context: ScreenContext)
  /// Draws the titles and the rows where the layout has them.
  func draw(_ context: ScreenContext, on canvas: inout Canvas)
}

extension Screen {
  var tab: Action? { nil }
  var actions: [Action] { [] }
  var sorting: SortOrder? {
    get { nil }
    set {}
  }
  var followedTask: UInt64? { nil }
  var isSearching: Bool { false }
  mutating func search(_ context: ScreenContext) {}
  func rowCount(_ context: ScreenContext) -> RowCount? { nil }
  mutating func open(_ entity: EntityID) -> Bool { false }
}

/// The number of rows, and of those that the filter leaves.
typealias RowCount = (shown: Int, all: Int)

/// Which screen a dashboard shows, and of what.
public struct ScreenID: Hashable, Sendable {
  /// The name of the screen.
  public let name: String
  /// What it is about, if that is one thing.
  public let entity: EntityID?

  init(_ name: String, of entity: EntityID? = nil) {
    self.name = name
    self.entity = entity
  }
}

/// What a screen asks the dashboard for after an input.
enum ScreenRequest {
  /// Look at something by itself.
  case open(EntityID)
}

/// What a screen is made of besides its own state.
struct ScreenContext {
  /// The session at this moment.
  let insight: Insight
  /// What the rows must have in them.
  let filter: TextFilter
  /// Where on the terminal the parts are.
  let layout: ScreenLayout
  let look: Look
  /// The recording that is looked at; nil for a live session.
  let playback: (any PlaybackControls)?
  /// The polls of the task that is followed.
  let polls: PollHistory?

  /// Writes why there is nothing in a view, if there can't be anything.
  func draw(emptiness: String?, on canvas: inout Canvas) {
    guard filter.isEmpty, let emptiness else { return }
    canvas.inside(layout.tableRows) { canvas in
      canvas.write(
        playback?.notice ?? emptiness, at: Point(column: 1, row: 0), style: look[.dim])
    }
  }
}
