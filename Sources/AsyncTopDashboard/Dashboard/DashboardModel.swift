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
  let places: LocationBook
  /// What is shown; nil before the first snapshot.
  var insight: Insight?
  var parts: StateParts?
  var finished = FinishedTasks()
  var meter = RateMeter()
  /// What the session did lately.
  var past = SessionHistory()
  /// What asynctop itself costs, for the header, which shows it anew every two seconds.
  public var cost = OwnCost()
  /// The cost that is shown, and since when, in ticks.
  var shownCost = (cost: OwnCost(), since: UInt64(0))

  /// The screens, each with what it remembers.
  var screens = Screens.all()
  /// The number of the screen that is shown.
  var shown = 0
  /// What was shown before, latest last.
  var history: [ScreenID] = []
  /// Whether the picture of a live session stands still.
  public internal(set) var isPaused = false
  /// Whether the process has been seen to have ended.
  var hasEnded = false
  var filter = TextFilter()
  var prompt: Prompt?
  var overlay: Overlay?
  /// How much of the program's output is shown.
  var output = OutputPane()
  /// The polls of the task that is looked at, as far as whoever follows the rings has seen them.
  public var polls: PollHistory?
  /// The task whose polls were asked for.
  private var observed: UInt64?
  /// How much of the header is shown; nil for as much as there is room for.
  var header: HeaderView.Extent?
  /// The size of the last picture, for the mouse.
  var size = Size.zero

  /// Makes a dashboard that has seen nothing yet.
  public init(_ options: DashboardOptions = DashboardOptions()) {
    self.options = options
    places = LocationBook(resolver: options.resolver)
  }

  /// What is shown.
  public var screen: ScreenID { screens[shown].id }

  /// Gives up the snapshot that is shown, so that the session can make the next one in its place.
  ///
  /// There is nothing to draw until that has come, unless the picture stands still.
  public mutating func giveUpSnapshot() {
    // What is small is kept: a live picture stays for a second while more is looked at.
    guard !isPaused, let insight, insight.snapshot.tasks.count > Self.keptTasks else { return }
    invalidateRows()
    self.insight = nil
  }

  /// Of more tasks than this there is one snapshot at a time.
  private static let keptTasks = 50_000

  /// Whether rows are still looked for, some of which may not be in the picture.
  public var isSearching: Bool { screens[shown].isSearching }

  /// Goes on to look for rows, for a few milliseconds.
  public mutating func search() {
    if let context { screens[shown].search(context) }
  }

  /// Takes a snapshot of the session; while the picture stands still, only whether the process
  /// runs.
  ///
  /// - Parameters:
  ///   - snapshot: The snapshot.
  ///   - isShown: Whether it is drawn; else it is only looked through for what warnings and graphs
  ///     need, so that the picture is calm and nothing short is missed.
  public mutating func update(_ snapshot: Snapshot, isShown: Bool = true) {
    hasEnded = !snapshot.process.isRunning
    // Each snapshot says what is gone since the one before it.
    finished.update(snapshot)
    if isPaused && insight != nil { return }
    let age = snapshot.now -| shownCost.since
    if age > snapshot.clock.ticks(.seconds(2)) || snapshot.now < shownCost.since {
      shownCost = (cost, snapshot.now)
    }
    meter.update(snapshot)
    let latest = Insight(snapshot, finished: finished.tasks, places: places)
    past.update(latest, rates: meter.rates)
    guard isShown || insight == nil else { return }
    latest.history = past
    insight = latest
    parts = StateParts(latest)
    invalidateRows()
    // Now, so that whoever paces the snapshots by their cost knows all of it.
    if let context { screens[shown].refresh(context) }
  }

  /// The rows of all screens must be found anew.
  mutating func invalidateRows() {
    for number in screens.indices { screens[number].invalidate() }
  }

  /// What the screens are made of; nil before the first snapshot.
  var context: ScreenContext? {
    insight.map { insight in
      ScreenContext(
        insight: insight, filter: filter, layout: layout, look: options.look,
        playback: options.playback, polls: polls)
    }
  }

  var layout: ScreenLayout {
    ScreenLayout(
      size, header: header, hasPrompt: prompt != nil, hasTimeline: options.playback != nil,
      programRows: { [output] rows in
        options.program.map { ProgramView.rows(output, hasOutput: $0.output != nil, of: rows) } ?? 0
      })
  }

  /// Where keys have a meaning now.
  var scopes: Set<ActionScope> {
    var scopes: Set<ActionScope> = [.everywhere, .rows]
    if options.playback != nil { scopes.insert(.playback) }
    if options.program != nil { scopes.insert(.program) }
    return showsOnlyOutput ? scopes : scopes.union(screens[shown].scopes)
  }
}

// The way from screen to screen.
extension DashboardModel {
  /// The numbers of the screens that have tabs.
  private var tabbed: [Int] { screens.indices.filter { screens[$0].tab != nil } }

  /// Shows the screen of a tab; that forgets the way that led there.
  mutating func show(tab number: Int) -> [Effect] {
    history = []
    return show(tabbed[number])
  }

  /// Shows the screen whose tab is so many further.
  mutating func show(tabFurtherBy count: Int) -> [Effect] {
    let now = tabbed.firstIndex(of: shown) ?? 0
    return show(tab: (now + count + tabbed.count) % tabbed.count)
  }

  /// The most screens that lead back.
  private static let historyLimit = 100

  /// Shows one thing by itself.
  mutating func open(_ entity: EntityID) -> [Effect] {
    if case .site(let number) = entity { return narrow(to: number) }
    history.append(screen)
    if history.count > DashboardModel.historyLimit { history.removeFirst() }
    return openAgain(entity)
  }

  /// Shows the tasks of a site, in every view until Esc.
  private mutating func narrow(to site: UInt32) -> [Effect] {
    filter.site = site
    return show(tab: 0)
  }

  /// Shows what was shown before the last thing by itself.
  mutating func goBack() -> [Effect] {
    guard let last = history.popLast() else { return show(tab: 0) }
    if let entity = last.entity { return openAgain(entity) }
    history = []
    return show(screens.firstIndex { $0.id == last } ?? 0)
  }

  private mutating func openAgain(_ entity: EntityID) -> [Effect] {
    for number in screens.indices where screens[number].open(entity) { return show(number) }
    return []
  }

  private mutating func show(_ number: Int) -> [Effect] {
    shown = number
    invalidateRows()
    let wanted = screens[number].followedTask
    guard wanted != observed else { return [] }
    observed = wanted
    polls = wanted.map { PollHistory(task: $0) }
    return [.observe(task: wanted)]
  }
}
