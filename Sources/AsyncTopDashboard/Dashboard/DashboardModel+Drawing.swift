import AsyncTopBus
import AsyncTopInsight
public import AsyncTopTerminal

extension DashboardModel {
  /// Draws what there is to see.
  ///
  /// A size of nothing is drawn too.
  public mutating func draw(size: Size) -> CellGrid {
    self.size = size
    let look = options.look
    var canvas = Canvas(size: size, glyphs: look.glyphs, style: look[.text])
    let layout = layout
    guard let context else {
      drawFrame(layout, on: &canvas)
      return canvas.grid
    }
    screens[shown].refresh(context)
    canvas.inside(layout.header) { canvas in
      HeaderView(
        insight: context.insight, rates: meter.rates, cost: shownCost.cost,
        mode: mode,
        look: look
      ).draw(on: &canvas)
    }
    canvas.inside(layout.tabs) { tabs.draw(on: &$0) }
    screens[shown].draw(context, on: &canvas)
    canvas.inside(layout.hints) { canvas in
      HintsView(keys: options.keys, scopes: scopes, look: look).draw(on: &canvas)
    }
    if let playback = options.playback {
      canvas.inside(layout.timeline) { canvas in
        TimelineView(playback: playback, look: look).draw(on: &canvas)
      }
    }
    drawProgram(layout, on: &canvas)
    if let prompt { canvas.inside(layout.prompt) { draw(prompt, on: &$0) } }
    drawOverlay(on: &canvas)
    return canvas.grid
  }

  /// What is there before there is something to show.
  private func drawFrame(_ layout: ScreenLayout, on canvas: inout Canvas) {
    if let notice = options.program?.notice {
      canvas.inside(layout.body) { $0.write(lines: notice, style: options.look[.warning]) }
    } else if options.program?.hasEnded != true {
      canvas.write("waiting for \(options.awaited)", at: .zero, style: options.look[.dim])
    }
    canvas.inside(layout.tabs) { tabs.draw(on: &$0) }
    canvas.inside(layout.hints) { canvas in
      let scopes: Set<ActionScope> =
        options.program == nil ? [.everywhere] : [.everywhere, .program]
      HintsView(keys: options.keys, scopes: scopes, look: options.look).draw(on: &canvas)
    }
    drawProgram(layout, on: &canvas)
    drawOverlay(on: &canvas)
  }

  private func drawProgram(_ layout: ScreenLayout, on canvas: inout Canvas) {
    guard let program = options.program else { return }
    canvas.inside(layout.program) { canvas in
      ProgramView(program: program, pane: output, keys: options.keys, look: options.look)
        .draw(on: &canvas)
    }
  }

  private var mode: HeaderView.Mode {
    if let playback = options.playback {
      return playback.isPlaying
        ? .playing(position: playback.position) : .stopped(position: playback.position)
    }
    if isPaused { return .paused }
    if hasEnded { return .ended }
    return insight?.snapshot.process.nativeDetail == .scanned ? .scanning : .live
  }

  private var tabs: TabsView {
    TabsView(
      screen: screens[shown], count: context.flatMap { screens[shown].rowCount($0) },
      filter: filter.text, look: options.look)
  }

  private func draw(_ prompt: Prompt, on canvas: inout Canvas) {
    let look = options.look
    canvas.fill(style: look[.filterInput])
    let (title, problem) =
      switch prompt.purpose {
      case .filter: ("filter: ", "")
      case .time(let problem): ("go to: ", problem)
      }
    let start = canvas.write(title, at: .zero, style: look[.filterInput])
    let space =
      problem.isEmpty ? 0 : min(SafeText.columns(of: problem) + 2, canvas.size.columns / 2)
    canvas.textField(
      prompt.field, at: Point(column: start, row: 0), width: canvas.size.columns - start - space,
      style: look[.filterInput], cursorStyle: look[.cursor])
    canvas.write(
      problem, at: Point(column: canvas.size.columns - space, row: 0), style: look[.error])
  }

  private func drawOverlay(on canvas: inout Canvas) {
    switch overlay {
    case .help(let top):
      HelpView(keys: options.keys, look: options.look, absent: absentScopes)
        .draw(top: top, on: &canvas)
    case .sortMenu(let index):
      let titles = screens[shown].sorting?.choices.map(\.title) ?? []
      SortMenuView(titles: titles, index: index, look: options.look).draw(on: &canvas)
    case nil: break
    }
  }
}
