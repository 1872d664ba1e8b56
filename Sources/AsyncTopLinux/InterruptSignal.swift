import CAsyncTopLinux

/// SIGINT in two stages: the first only wakes a loop, the second ends the process.
public enum InterruptSignal {
  /// Starts to watch, unless a handler other than the system's default is installed.
  ///
  /// - Parameter counter: Is added to when the first one comes. Must live until `unwatch`.
  /// - Returns: Whether it is watched.
  public static func watch(_ counter: borrowing EventCounter) -> Bool {
    linux_interrupt_watch(counter.number)
  }

  /// Whether one came since `watch`.
  public static var came: Bool { linux_interrupt_count() > 0 }

  /// Restores the system's default handler.
  public static func unwatch() {
    linux_interrupt_unwatch()
  }
}
