import AsyncTopInsight
public import AsyncTopTerminal

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
    case .sortMenu(let index): return handleSortMenu(chord, action, index: index)
    case nil: return perform(action)
    }
  }

  private mutating func handleHelp(_ action: ActionID?, top: Int) -> [Effect] {
    let page = HelpView.visibleRows(in: size)
    let help = HelpView(keys: options.keys, look: options.look, absent: absentScopes)
    let last = max(0, help.lines.count - page)
    func scroll(to top: Int) -> Overlay { .help(top: max(0, min(top, last))) }
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

  private mutating func handleSortMenu(
    _ chord: KeyChord, _ action: ActionID?, index: Int
  ) -> [Effect] {
    let count = sortTitles.count
    switch action {
    case .up: overlay = .sortMenu(index: max(0, index - 1))
    case .down: overlay = .sortMenu(index: min(count - 1, index + 1))
    case .first, .pageUp: overlay = .sortMenu(index: 0)
    case .last, .pageDown: overlay = .sortMenu(index: count - 1)
    case .details:
      overlay = nil
      sort(byColumn: index)
    case .back, .sortMenu: overlay = nil
    case .quit, .suspend, .redraw: return perform(action)
    default: break
    }
    return []
  }

  /// The text in the prompt is another one.
  mutating func promptChanged() {
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

  mutating func setFilter(_ text: String) {
    filter = TextFilter(text)
    invalidateRows()
  }
}
