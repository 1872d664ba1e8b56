public import CAsyncTopLinux

/// Which thread runs, at the price of one load.
public struct ThreadIdentity: Hashable, Sendable {
  @usableFromInline let word: UInt

  @inlinable
  init(word: UInt) {
    self.word = word
  }

  /// The thread that asks.
  ///
  /// Unique among the threads that live.
  @inlinable
  public static var current: ThreadIdentity { ThreadIdentity(word: UInt(linux_thread_identity())) }

  /// Whether the thread that asks is the process's first.
  public static var isMain: Bool { linux_is_main_thread() }

  /// A word of the current thread's, null until it is set.
  ///
  /// It belongs to the module that drives threads; there is one.
  @inlinable
  public static var word: UnsafeMutableRawPointer? {
    get { unsafe linux_get_thread_word() }
    set { unsafe linux_set_thread_word(newValue) }
  }
}
