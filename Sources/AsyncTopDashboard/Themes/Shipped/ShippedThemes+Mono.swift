extension ShippedThemes {
  /// `themes/mono.theme`.
  static let mono = File(
    name: "mono",
    text: """
      # No colours: bold, dim, underline and reverse alone.
      name = "mono"

      text = "default on default"
      dim = "default dim"
      border = "default dim"
      title = "default bold"

      header = "default"
      header-value = "default bold"
      column-title = "default underline"
      column-title-sorted = "default bold underline"
      selection = "default reverse"
      identifier = "default dim"
      site = "default dim"
      tree-line = "default dim"

      state-running = "default bold"
      state-scheduled = "default underline"
      state-waiting = "default"
      state-done = "default dim"
      state-cancelled = "default italic"
      state-failed = "default bold reverse"

      waits-for-task = "default"
      waits-for-group = "default"
      waits-for-timer = "default"
      waits-for-resource = "default"
      waits-for-continuation = "default"
      waits-for-executor = "default"

      warning = "default bold"
      error = "default bold"

      bar-full = "default"
      bar-empty = "default dim"
      bar-urgent = "default bold"
      sparkline = "default"
      timeline = "default dim"
      timeline-cursor = "default reverse"
      mark = "default bold"

      cursor = "default reverse"
      key-hint = "default bold"
      key-hint-label = "default"
      popup = "default"
      popup-border = "default"
      popup-title = "default bold"
      filter-match = "default reverse"
      filter-input = "default underline"
      paused = "default reverse bold"
      recording = "default bold"

      """)
}
