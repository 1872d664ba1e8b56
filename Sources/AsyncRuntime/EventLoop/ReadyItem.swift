@_spi(ExperimentalCustomExecutors) import _Concurrency

/// What a loop can run next, in one word: its low bits say which kind of pointer the rest is.
///
/// A job belongs to the loop from `enqueue` until it runs. A handle in an item is retained. A
/// waiter is not: its suspended function keeps it alive.
@safe
struct ReadyItem {
  let bits: UInt

  @safe
  enum Content {
    /// A job of the executor itself: the main actor's, or of a task that prefers the loop.
    case job(UnownedJob)
    /// A job of a task that asks for no executor.
    case defaultJob(UnownedJob)
    case handle(Handle)
    /// Alive until it has been resumed.
    case waiter(Unmanaged<Waiter>)
  }

  private static let handleTag: UInt = 1
  private static let waiterTag: UInt = 2
  private static let defaultTag: UInt = 3
  private static let tags: UInt = 3

  init(bits: UInt) {
    self.bits = bits
  }

  @inline(__always)
  init(job: UnownedJob) {
    bits = unsafe unsafeBitCast(job, to: UInt.self)
  }

  @inline(__always)
  init(defaultJob job: UnownedJob) {
    bits = unsafe unsafeBitCast(job, to: UInt.self) | Self.defaultTag
  }

  init(retaining handle: Handle) {
    bits = unsafe UInt(bitPattern: Unmanaged.passRetained(handle).toOpaque()) | Self.handleTag
  }

  /// Releases the reference in an item for a handle that will not be taken.
  static func release(_ handle: Handle) {
    unsafe Unmanaged.passUnretained(handle).release()
  }

  /// The bits of an item for a handle, without the reference that it holds.
  static func bits(of handle: Handle) -> UInt {
    unsafe UInt(bitPattern: Unmanaged.passUnretained(handle).toOpaque()) | handleTag
  }

  @inline(__always)
  init(waiting waiter: Waiter) {
    bits = unsafe UInt(bitPattern: Unmanaged.passUnretained(waiter).toOpaque()) | Self.waiterTag
  }

  /// The same job as one of the executor itself.
  @inline(__always)
  var onExecutorItself: ReadyItem {
    bits & Self.tags == Self.defaultTag ? ReadyItem(bits: bits & ~Self.tags) : self
  }

  var isHandle: Bool { bits & Self.tags == Self.handleTag }

  /// Takes the content out of it; once for each item.
  @inline(__always)
  func take() -> Content {
    switch bits & Self.tags {
    case 0: return .job(unsafe unsafeBitCast(bits, to: UnownedJob.self))
    case Self.defaultTag:
      return .defaultJob(unsafe unsafeBitCast(bits & ~Self.tags, to: UnownedJob.self))
    default: break
    }
    // Not null: it was made from a pointer.
    let pointer = unsafe UnsafeRawPointer(bitPattern: bits & ~Self.tags).unsafelyUnwrapped
    if bits & Self.tags == Self.handleTag {
      return .handle(unsafe Unmanaged<Handle>.fromOpaque(pointer).takeRetainedValue())
    }
    return unsafe .waiter(Unmanaged<Waiter>.fromOpaque(pointer))
  }

  // The link to the next item in an `Inbox`: in a word of the job that is its executor's to use, or
  // in the handle or waiter.
  var next: UInt {
    get {
      switch peek() {
      case .job(let job), .defaultJob(let job):
        return unsafe ExecutorJob(job).withUnsafeExecutorPrivateData {
          unsafe $0.load(as: UInt.self)
        }
      case .handle(let handle): return handle.nextInInbox
      case .waiter(let waiter):
        return unsafe waiter._withUnsafeGuaranteedRef { $0.nextInInbox }
      }
    }
    nonmutating set {
      switch peek() {
      case .job(let job), .defaultJob(let job):
        unsafe ExecutorJob(job).withUnsafeExecutorPrivateData {
          unsafe $0.storeBytes(of: newValue, as: UInt.self)
        }
      case .handle(let handle): handle.nextInInbox = newValue
      case .waiter(let waiter):
        unsafe waiter._withUnsafeGuaranteedRef { $0.nextInInbox = newValue }
      }
    }
  }

  /// What is in it, without taking it.
  func peek() -> Content {
    if bits & Self.tags == Self.handleTag,
      let pointer = unsafe UnsafeRawPointer(bitPattern: bits & ~Self.tags)
    {
      return .handle(unsafe Unmanaged<Handle>.fromOpaque(pointer).takeUnretainedValue())
    }
    return take()
  }
}
