import CAsyncTopLinux
import Glibc

/// The kernel's list of descriptors that are watched, epoll(7), edge-triggered: a descriptor is
/// reported when it becomes ready, and again only after an operation on it has said `wouldBlock`.
@safe
public struct Poller: ~Copyable {
  private let descriptor: FileDescriptor
  private var events: [epoll_event]

  /// What has become of a descriptor.
  public struct Event {
    /// The number that its owner gave it.
    public var owner: UInt64
    /// There may be something to read, the end or an error.
    public var isReadable: Bool
    /// There may be room to write, or an error.
    public var isWritable: Bool
    /// The other end sends no more, or there is an error: what can be read now ends with that.
    public var isEnd: Bool
    /// There is an error, or neither direction is left.
    public var isBroken: Bool
  }

  /// Makes an empty list.
  ///
  /// - Parameter capacity: The events reported by one wait at most; the rest come with the next.
  /// - Throws: `tooManyFiles` and the like.
  public init(capacity: Int = 256) throws(Errno) {
    descriptor = try FileDescriptor { linux_poller() }
    unsafe events = Array(repeating: epoll_event(), count: capacity)
  }

  /// Watches a descriptor in both directions until it is closed or removed.
  public func add(_ number: CInt, owner: UInt64) throws(Errno) {
    let edge = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    try control(EPOLL_CTL_ADD, number, edge, owner)
  }

  /// Watches a descriptor for something to read, reported as long as it is there.
  public func addReader(_ number: CInt, owner: UInt64) throws(Errno) {
    try control(EPOLL_CTL_ADD, number, EPOLLIN.rawValue, owner)
  }

  /// Watches a descriptor, or goes on to watch it, for something else; it is reported as long as
  /// that is there.
  ///
  /// - Parameters:
  ///   - number: The descriptor.
  ///   - owner: The number that its owner gave it.
  ///   - reading: Whether something to read is reported.
  ///   - writing: Whether room to write is.
  ///   - isKnown: Whether it is watched by this already.
  /// - Throws: `fileExists` if it is watched edge-triggered, `notPermitted` if it can't be watched,
  ///   such as a file on a disk.
  public func watch(
    _ number: CInt, owner: UInt64, reading: Bool, writing: Bool, isKnown: Bool
  ) throws(Errno) {
    let interest =
      (reading ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
    if isKnown {
      do throws(Errno) {
        return try control(EPOLL_CTL_MOD, number, interest, owner)
      } catch {
        // Closed meanwhile, and opened as something else.
        guard error == .noSuchFile else { throw error }
      }
    }
    try control(EPOLL_CTL_ADD, number, interest, owner)
  }

  /// Stops watching a descriptor.
  public func remove(_ number: CInt) {
    try? control(EPOLL_CTL_DEL, number, 0, 0)
  }

  private func control(
    _ operation: CInt, _ number: CInt, _ interest: UInt32, _ owner: UInt64
  ) throws(Errno) {
    var event = unsafe linux_epoll_event(interest, owner)
    guard unsafe epoll_ctl(descriptor.number, operation, number, &event) == 0 else {
      throw Errno.last
    }
  }

  /// Waits until a descriptor is ready.
  ///
  /// - Parameter nanoseconds: The longest wait; 0 only looks, below 0 waits for ever.
  /// - Returns: How many events there are; a signal ends the wait with none.
  public mutating func wait(nanoseconds: Int64) -> Int {
    let number = descriptor.number
    let found = unsafe events.withUnsafeMutableBufferPointer {
      unsafe linux_epoll_wait(number, $0.baseAddress, CInt($0.count), nanoseconds)
    }
    // Only EINTR can happen to a descriptor and a buffer that are ours.
    return max(0, Int(found))
  }

  /// An event of the last wait.
  ///
  /// - Parameter index: Below what `wait` returned.
  /// - Returns: The event.
  public func event(_ index: Int) -> Event {
    let event = unsafe events[index]
    let owner = unsafe withUnsafePointer(to: event) { unsafe linux_epoll_owner($0) }
    let kinds = unsafe event.events
    let either = EPOLLERR.rawValue | EPOLLHUP.rawValue
    return Event(
      owner: owner,
      isReadable: kinds & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | either) != 0,
      isWritable: kinds & (EPOLLOUT.rawValue | either) != 0,
      isEnd: kinds & (EPOLLRDHUP.rawValue | either) != 0,
      isBroken: kinds & either != 0)
  }
}

/// A counter in the kernel, eventfd(2), that wakes whoever polls it.
///
/// Any thread and any signal handler may add to it.
public struct EventCounter: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Makes a counter at 0.
  public init() throws(Errno) {
    descriptor = try FileDescriptor { linux_event_counter() }
  }

  /// The kernel's number of it.
  public var number: CInt { descriptor.number }

  /// Adds one.
  ///
  /// Can only fail when it is far from 0, and then whoever polls is awake already.
  public func add() {
    linux_wake(number)
  }

  /// Sets it to 0.
  ///
  /// - Returns: What it was.
  @discardableResult
  public func reset() -> UInt64 {
    var count: UInt64 = 0
    _ = unsafe Swift.withUnsafeMutableBytes(of: &count) { unsafe try? descriptor.read(into: $0) }
    return count
  }
}
