extension ShippedThemes {
  /// `themes/terminal.theme`.
  static let terminal = File(
    name: "terminal",
    text: """
      # The terminal's own sixteen colours on its own background, as its user has chosen them.
      name = "terminal"

      text = "default on default"
      dim = "default dim"
      border = "default dim"
      title = "default bold"

      header = "default"
      header-value = "default bold"
      column-title = "default underline"
      column-title-sorted = "cyan bold underline"
      selection = "default reverse"
      identifier = "default dim"
      site = "default dim"
      tree-line = "default dim"

      state-running = "green bold"
      state-scheduled = "yellow"
      state-waiting = "cyan"
      state-done = "default dim"
      state-cancelled = "magenta"
      state-failed = "red bold"

      waits-for-task = "blue"
      waits-for-group = "cyan"
      waits-for-timer = "yellow"
      waits-for-resource = "magenta"
      waits-for-continuation = "red"
      waits-for-executor = "green"

      warning = "yellow bold"
      error = "red bold"

      bar-full = "cyan"
      bar-empty = "default dim"
      bar-urgent = "red"
      sparkline = "cyan"
      timeline = "default dim"
      timeline-cursor = "default reverse"
      mark = "magenta bold"

      cursor = "default reverse"
      key-hint = "default bold"
      key-hint-label = "default"
      popup = "default"
      popup-border = "default"
      popup-title = "default bold"
      filter-match = "default reverse"
      filter-input = "default underline"
      paused = "default reverse bold"
      recording = "red bold"

      """)
}
