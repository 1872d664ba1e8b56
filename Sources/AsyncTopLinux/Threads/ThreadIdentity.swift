public import CAsyncTopLinux
import Glibc

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

/// An object for each thread that has set one; let go of when the thread ends.
///
/// For a static constant: there is a limit on how many a process may have, 1024 as a rule.
public struct ThreadLocal<Object: AnyObject>: Sendable {
  private let key: pthread_key_t

  /// Makes one that no thread has set.
  public init() {
    var key = pthread_key_t()
    let failure = unsafe pthread_key_create(&key) { pointer in
      guard let pointer = unsafe pointer else { return }
      unsafe Unmanaged<AnyObject>.fromOpaque(pointer).release()
    }
    if failure != 0 { programmerError("the process has no thread-local storage left") }
    self.key = key
  }

  /// The object of the thread that asks.
  public var object: Object? {
    get {
      guard let pointer = unsafe pthread_getspecific(key) else { return nil }
      return unsafe Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
    }
    nonmutating set {
      let former = unsafe pthread_getspecific(key)
      let pointer = unsafe newValue.map { unsafe Unmanaged.passRetained($0).toOpaque() }
      unsafe pthread_setspecific(key, pointer)
      if let former = unsafe former { unsafe Unmanaged<Object>.fromOpaque(former).release() }
    }
  }
}

/// What the kernel has to run threads on.
public enum Processors {
  /// How many this process may use; at least 1.
  public static var usable: Int { max(1, Int(linux_usable_processors())) }
}
