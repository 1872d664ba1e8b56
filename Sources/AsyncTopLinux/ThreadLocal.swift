import Glibc

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
