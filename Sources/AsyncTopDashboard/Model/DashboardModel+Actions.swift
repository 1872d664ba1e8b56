import AsyncTopInsight
import AsyncTopTerminal

extension DashboardModel {
  /// Does an action.
  mutating func perform(_ action: ActionID?) -> [Effect] {
    if showsOnlyOutput, let action, Action.of(action).scope == .rows {
      moveInOutput(action)
      return []
    }
    switch action {
    case .quit: return [.quit(signal: nil)]
    case .suspend: return [.suspend]
    case .redraw: return [.redraw]
    case .help: overlay = .help(top: 0)
    case .pause: return pause()
    case .back: return back()
    case .filter:
      prompt = Prompt(purpose: .filter(before: filter.text), field: TextField(filter.text))
    case .showTasks: return show(.tasks)
    case .showTree: return show(.tree)
    case .showTimers: return show(.timers)
    case .nextView: return show(tab(after: 1))
    case .previousView: return show(tab(after: -1))
    case .sortMenu: openSortMenu()
    case .sortNext: sort(byColumn: (sortColumn + 1) % max(1, sortTitles.count))
    case .sortPrevious:
      sort(byColumn: (sortColumn + sortTitles.count - 1) % max(1, sortTitles.count))
    case .reverse: reverse()
    case .details, .followWait, .followWaiter, .followOwner: return follow(action)
    case .up, .down, .pageUp, .pageDown, .first, .last: move(action)
    case .fold: fold()
    case .unfold: unfold()
    case .unfoldAll: tree.toggleAll()
    case .toggleWaits: tree.toggleOrder()
    case .goToTime: prompt = Prompt(purpose: .time(problem: ""), field: TextField())
    case .eventForward, .eventBack, .tenthForward, .tenthBack, .secondsForward, .secondsBack,
      .partForward, .partBack, .recordingStart, .recordingEnd, .nextMark, .previousMark, .faster,
      .slower, .normalSpeed:
      return play(action)
    case .output: output.toggle()
    case .outputBack: scrollOutput(by: -max(1, outputRows / 2))
    case .outputForward: scrollOutput(by: max(1, outputRows / 2))
    case .release: options.program?.release()
    case nil: break
    }
    return []
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
    if case .details = screen { return show(history.popLast() ?? .tasks, remembering: false) }
    if !filter.isEmpty { setFilter("") }
    return []
  }

  /// Shows a screen; a screen with a tab forgets the way that led there.
  mutating func show(_ screen: Screen, remembering: Bool = true) -> [Effect] {
    if case .details = screen {
      if remembering { history.append(self.screen) }
    } else {
      history = []
    }
    self.screen = screen
    invalidateRows()
    return observe()
  }

  private func tab(after count: Int) -> Screen {
    let now = Screen.tabs.firstIndex(of: screen) ?? 0
    return Screen.tabs[(now + count + Screen.tabs.count) % Screen.tabs.count]
  }

  mutating func move(_ action: ActionID?) {
    if case .details = screen { return moveInDetails(action) }
    let page = max(1, visibleRows - 1)
    let index = selectedIndex
    switch action {
    case .up: select(near: index - 1) { $0.move(by: -1, in: $1) }
    case .down: select(near: index + 1) { $0.move(by: 1, in: $1) }
    case .pageUp: select(near: index - page) { $0.move(by: -page, in: $1) }
    case .pageDown: select(near: index + page) { $0.move(by: page, in: $1) }
    case .first: select(near: 0) { $0.moveToStart(in: $1) }
    case .last: select(near: .max / 2) { $0.moveToEnd(in: $1) }
    default: break
    }
  }

  private mutating func moveInDetails(_ action: ActionID?) {
    let page = max(1, layout.body.rows - 1)
    switch action {
    case .up: moveDetails { $0.move(by: -1, in: $1) }
    case .down: moveDetails { $0.move(by: 1, in: $1) }
    case .pageUp: moveDetails { $0.move(by: -page, in: $1) }
    case .pageDown: moveDetails { $0.move(by: page, in: $1) }
    case .first: moveDetails { $0.moveToStart(in: $1) }
    case .last: moveDetails { $0.moveToEnd(in: $1) }
    default: break
    }
  }

}
