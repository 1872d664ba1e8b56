public import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// The dashboard: takes snapshots and inputs, draws pictures, and says what else is to be done.
///
/// It knows no terminal, no clock and no process. Whoever runs it
/// 1. gives it a snapshot some times a second, and at once after ``Effect/sample``: ``update(_:)``;
/// 2. gives it every input: ``handle(_:)``, and does what the effects say;
/// 3. draws after either: ``draw(size:)``.
public struct DashboardModel {
  let options: DashboardOptions
  let places: PlaceBook
  /// What is shown; nil before the first snapshot.
  var insight: Insight?
  var counts: StateCounts?
  var finished = FinishedTasks()
  var meter = RateMeter()
  /// What asynctop itself costs, for the header, which shows it anew every two seconds.
  public var cost = OwnCost()
  /// The cost that is shown, and since when, in ticks.
  var shownCost = (cost: OwnCost(), since: UInt64(0))

  /// What is shown.
  public internal(set) var screen = Screen.tasks
  /// What was shown before, latest last.
  var history: [Screen] = []
  /// Whether the picture of a live session stands still.
  public internal(set) var isPaused = false
  /// Whether the process has been seen to have ended.
  var hasEnded = false
  var filter = TextFilter()
  var prompt: Prompt?
  var overlay: Overlay?
  var tasks = TableState(TaskColumn.busy, isDescending: true)
  var tree = TreeState()
  var timers = TableState(TimerColumn.left)
  var details = DetailsState()
  /// How much of the program's output is shown.
  var output = OutputPane()
  /// The polls of the task that is looked at, as far as whoever follows the rings has seen them.
  public var polls: PollHistory?
  /// The task whose polls were asked for.
  var observed: UInt64?
  /// The size of the last picture, for the mouse.
  var size = Size.zero

  /// Makes a dashboard that has seen nothing yet.
  public init(_ options: DashboardOptions = DashboardOptions()) {
    self.options = options
    places = PlaceBook(resolver: options.resolver)
  }

  /// Takes a snapshot of the session; while the picture stands still, only whether the process
  /// runs.
  public mutating func update(_ snapshot: Snapshot) {
    hasEnded = !snapshot.process.isRunning
    if isPaused && insight != nil { return }
    let age = snapshot.now -| shownCost.since
    if age > snapshot.clock.ticks(.seconds(2)) || snapshot.now < shownCost.since {
      shownCost = (cost, snapshot.now)
    }
    finished.update(snapshot)
    meter.update(snapshot)
    insight = Insight(snapshot, finished: finished.tasks, places: places)
    counts = StateCounts(snapshot)
    invalidateRows()
    // Now, so that whoever paces the snapshots by their cost knows all of it.
    refreshRows()
  }

  /// The rows of all views must be found anew.
  mutating func invalidateRows() {
    tasks.isStale = true
    tree.isStale = true
    timers.isStale = true
    details.isStale = true
  }

  /// Where keys have a meaning now.
  var scopes: Set<ActionScope> {
    var scopes: Set<ActionScope> = [.everywhere, .rows]
    if options.playback != nil { scopes.insert(.playback) }
    if options.program != nil { scopes.insert(.program) }
    if showsOnlyOutput { return scopes }
    switch screen {
    case .tasks, .timers: scopes.formUnion([.list, .table])
    case .tree: scopes.formUnion([.list, .tree])
    case .details: break
    }
    return scopes
  }

  var layout: ScreenLayout {
    ScreenLayout(
      size, hasPrompt: prompt != nil, hasTimeline: options.playback != nil,
      programRows: { [output] rows in
        options.program.map { ProgramView.rows(output, hasOutput: $0.output != nil, of: rows) } ?? 0
      })
  }
}
