import AsyncTopBus
import AsyncTopInsight
public import AsyncTopTerminal

/// A line that is being typed in.
struct Prompt: Hashable {
  /// What the line is for.
  enum Purpose: Hashable {
    /// The filter, which was this before.
    case filter(before: String)
    /// A time to go to; with what was wrong with the last one.
    case time(problem: String)
  }

  var purpose: Purpose
  var field: TextField
}

/// What lies over the screen.
enum Overlay: Hashable {
  /// The help, scrolled by so many rows.
  case help(top: Int)
  /// The columns to sort by, with the one that is selected.
  case sortMenu(index: Int)
}

extension DashboardModel {
  /// Does what an input asks for.
  ///
  /// - Returns: What else is to be done, in order.
  public mutating func handle(_ event: InputEvent) -> [Effect] {
    switch event {
    case .key(let chord): return handle(chord)
    case .mouse(let mouse): return handle(mouse)
    case .paste(let text):
      prompt?.field.insert(text)
      promptChanged()
      return []
    case .resize(let size):
      self.size = size
      options.program?.resize(columns: size.columns, rows: size.rows)
      return []
    case .resumed: return [.redraw]
    case .interrupt(let signal): return [.quit(signal: signal)]
    case .endOfInput: return [.quit(signal: nil)]
    }
  }

  private mutating func handle(_ chord: KeyChord) -> [Effect] {
    let action = options.keys.action(for: chord, in: scopes)
    if prompt != nil {
      if chord == KeyChord(.escape) || chord == KeyChord(.enter) || chord == KeyChord(.down) {
        return finishPrompt(keeping: chord != KeyChord(.escape))
      }
      if prompt?.field.handle(chord) == true {
        promptChanged()
        return []
      }
      return action == .quit || action == .suspend ? perform(action) : []
    }
    switch overlay {
    case .help(let top): return handleHelp(action, top: top)
    case .sortMenu(let index): return handleSortMenu(action, index: index)
    case nil: return perform(action)
    }
  }

  /// How far help can be scrolled.
  private var lastHelpTop: Int {
    let help = HelpView(keys: options.keys, look: options.look, absent: absentScopes)
    return max(0, help.lines.count - HelpView.visibleRows(in: size))
  }

  private mutating func handleHelp(_ action: Action?, top: Int) -> [Effect] {
    let page = HelpView.visibleRows(in: size)
    let last = lastHelpTop
    func scroll(to top: Int) -> Overlay { .help(top: max(0, min(top, last))) }
    guard let action else { return [] }
    switch action {
    case .up: overlay = scroll(to: top - 1)
    case .down: overlay = scroll(to: top + 1)
    case .pageUp: overlay = scroll(to: top - page)
    case .pageDown: overlay = scroll(to: top + page)
    case .first: overlay = scroll(to: 0)
    case .last: overlay = scroll(to: last)
    case .help, .back, .details: overlay = nil
    case .quit, .suspend, .redraw: return perform(action)
    default: break
    }
    return []
  }

  private mutating func handleSortMenu(_ action: Action?, index: Int) -> [Effect] {
    guard let action, let count = screens[shown].sorting?.choices.count else { return [] }
    switch action {
    case .up: overlay = .sortMenu(index: max(0, index - 1))
    case .down: overlay = .sortMenu(index: min(count - 1, index + 1))
    case .first, .pageUp: overlay = .sortMenu(index: 0)
    case .last, .pageDown: overlay = .sortMenu(index: count - 1)
    case .details:
      overlay = nil
      screens[shown].sorting?.sort(by: index)
    case .back, .sortMenu: overlay = nil
    case .quit, .suspend, .redraw: return perform(action)
    default: break
    }
    return []
  }

  /// The text in the prompt is another one.
  private mutating func promptChanged() {
    guard let prompt, case .filter = prompt.purpose else { return }
    // What a full field drops changes nothing, however much of it is pasted.
    if prompt.field.text != filter.text { setFilter(prompt.field.text) }
  }

  private mutating func finishPrompt(keeping: Bool) -> [Effect] {
    guard let finished = prompt else { return [] }
    prompt = nil
    switch finished.purpose {
    case .filter(let before):
      if !keeping { setFilter(before) }
      return []
    case .time:
      return keeping ? goToTime(finished.field) : []
    }
  }

  private mutating func setFilter(_ text: String) {
    let site = filter.site
    filter = TextFilter(text)
    filter.site = site
    invalidateRows()
  }
}

// Keys.
extension DashboardModel {
  /// Does an action: what all screens share here, the others the screen that is shown.
  private mutating func perform(_ action: Action?) -> [Effect] {
    guard let action else { return [] }
    if showsOnlyOutput, action.scope == .rows {
      moveInOutput(action)
      return []
    }
    switch action {
    case .quit: return [.quit(signal: nil)]
    case .suspend: return [.suspend]
    case .redraw: return [.redraw]
    case .help: overlay = .help(top: 0)
    case .pause: return pause()
    case .changeHeader: changeHeader()
    case .back: return back()
    case .filter:
      prompt = Prompt(purpose: .filter(before: filter.text), field: TextField(filter.text))
    case .nextView: return show(tabFurtherBy: 1)
    case .previousView: return show(tabFurtherBy: -1)
    case .sortMenu: overlay = screens[shown].sorting.map { .sortMenu(index: $0.column) }
    case .sortNext: screens[shown].sorting?.move(by: 1)
    case .sortPrevious: screens[shown].sorting?.move(by: -1)
    case .reverse: screens[shown].sorting?.reverse()
    case .followWait: return follow { $0.waitTarget(of: $1) }
    case .followWaiter: return follow { $0.waiters(for: $1).first.map { .task($0.id) } }
    case .followOwner: return follow { $0.owner(of: $1) }
    case .goToTime: prompt = Prompt(purpose: .time(problem: ""), field: TextField())
    default:
      if let tab = Screens.tabs.firstIndex(where: { $0.action == action }) { return show(tab: tab) }
      if action.scope == .playback { return play(action) }
      if action.scope == .program { return control(action) }
      return ask { $0.perform(action, $1) }
    }
    return []
  }

  /// Less of the header, then all again; after that, as much as there is room for.
  private mutating func changeHeader() {
    let now = header ?? .fitting(size)
    header = HeaderView.Extent(rawValue: now.rawValue - 1) ?? .full
  }

  private mutating func pause() -> [Effect] {
    guard let playback = options.playback else {
      isPaused.toggle()
      return isPaused ? [] : [.sample]
    }
    playback.isPlaying.toggle()
    return [.sample]
  }

  private mutating func back() -> [Effect] {
    if screens[shown].tab == nil { return goBack() }
    if !filter.isEmpty {
      filter.site = nil
      setFilter("")
    }
    return []
  }

  /// Looks at what something is related to by itself.
  private mutating func follow(_ relation: (Insight, EntityID) -> EntityID?) -> [Effect] {
    guard let insight, let subject = screens[shown].subject else { return [] }
    return relation(insight, subject).map { open($0) } ?? []
  }

  /// Gives an input to the screen that is shown, and does what it asks for.
  private mutating func ask(
    _ input: (inout any Screen, ScreenContext) -> ScreenRequest?
  ) -> [Effect] {
    guard let context else { return [] }
    screens[shown].refresh(context)
    switch input(&screens[shown], context) {
    case .open(let entity): return open(entity)
    case nil: return []
    }
  }
}

// The mouse.
extension DashboardModel {
  /// How many rows the wheel moves.
  private static let wheelRows = 3

  private mutating func handle(_ mouse: MouseEvent) -> [Effect] {
    switch mouse.action {
    case .wheelUp: return wheel(by: -DashboardModel.wheelRows, at: mouse.position)
    case .wheelDown: return wheel(by: DashboardModel.wheelRows, at: mouse.position)
    case .press: return mouse.button == .left ? click(mouse.position) : []
    case .release: return []
    }
  }

  private mutating func wheel(by count: Int, at point: Point) -> [Effect] {
    switch overlay {
    case .help(let top): overlay = .help(top: max(0, min(top + count, lastHelpTop)))
    case .sortMenu: break
    case nil where layout.program.contains(point): scrollOutput(by: count)
    case nil:
      return ask { screen, context in
        screen.scroll(by: count, context)
        return nil
      }
    }
    return []
  }

  /// A click beside what lies over the screen closes it.
  private mutating func click(_ point: Point) -> [Effect] {
    if overlay != nil {
      overlay = nil
      return []
    }
    let layout = layout
    if layout.tabs.contains(point), let tab = tabs.tab(at: point.column, in: layout.tabs.columns) {
      return show(tab: tab)
    }
    if layout.header.contains(point), point.row > 0, point.row == layout.header.bottom - 1,
      let tab = Screens.tabs.firstIndex(where: { $0.action == WarningList.tab })
    {
      return show(tab: tab)
    }
    if layout.timeline.contains(point) { return clickTimeline(at: point.column) }
    return layout.body.contains(point) ? ask { $0.click(point, $1) } : []
  }
}

extension Insight {
  /// What a task waits for; the task that a timer or a resource belongs to.
  fileprivate func waitTarget(of entity: EntityID) -> EntityID? {
    switch entity {
    case .task(let id): task(id).flatMap { Insight.target(of: $0) }
    case .group, .timer, .resource, .future, .executor, .thread, .site: owner(of: entity)
    case .worker(let index): threads.first { $0.worker.index == index }?.runs.map { .task($0) }
    case .warning(let id): history.warnings.warning(id)?.subject
    }
  }

  /// The group or parent of a task, the owner of a group or timer, the holder of a resource.
  fileprivate func owner(of entity: EntityID) -> EntityID? {
    if let node = node(of: entity), let owner = tree.owner(of: node) {
      return self.entity(at: owner)
    }
    switch entity {
    case .timer(let id):
      return timer(id).flatMap { $0.owner == 0 ? nil : .task($0.owner) }
    case .resource, .executor: return holder(of: entity).map { .task($0.id) }
    case .task, .group, .future, .thread, .site, .worker, .warning: return nil
    }
  }
}
