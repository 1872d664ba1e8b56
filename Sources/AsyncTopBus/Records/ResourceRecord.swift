import CAsyncTopProbe

/// A resource at one moment: something that tasks wait for and that is no task, group or timer.
public struct ResourceRecord: Sendable {
  /// What it is.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// Held by one task at a time.
    case lock = 1
    /// Held by some tasks at a time.
    case semaphore = 2
    /// Waited for until it is set.
    case event = 3
    /// Waited for until it is notified.
    case condition = 4
    /// Waited for until enough tasks have come.
    case barrier = 5
    /// Items from producers to consumers.
    case queue = 6
    /// A connection.
    case socket = 7
    /// A socket that accepts connections.
    case listener = 8
    /// A pipe to or from a process.
    case pipe = 9
    /// A child process.
    case process = 10
    /// A signal.
    case signal = 11
    /// A look-up of a name.
    case resolver = 12
    /// Work on another thread.
    case thread = 13
    /// Several tasks and futures, waited for until the last of them has ended.
    case allOf = 14
    /// Several tasks and futures, waited for until one of them has ended.
    case anyOf = 15
    /// An actor, whose executor tasks wait for.
    case actor = 16
    /// An asynchronous sequence that somebody else fills.
    case stream = 17
    /// One that this version does not know.
    case unknown = 255

    /// The kind of a resource for which the table had no room, which its id tells.
    ///
    /// Nil for the id of one that is or was listed.
    public init?(unlisted id: UInt64) {
      guard UInt32(truncatingIfNeeded: id) == TP_UNLISTED else { return nil }
      self = UInt8(exactly: id >> 32).flatMap { Kind(rawValue: $0) } ?? .unknown
    }
  }

  let copy: tp_resource

  /// A stream that was found in the memory of a process.
  ///
  /// - Parameters:
  ///   - address: Where it lies, which makes its id.
  ///   - element: The name of its elements' type.
  ///   - depth: How many elements are buffered.
  ///   - capacity: The most that may be; 0 for no limit.
  ///   - reader: The id of the task that takes from it, or 0.
  ///   - writer: The id of the task that puts into it, or 0.
  package init(
    stream address: UInt64, of element: String, depth: UInt64, capacity: UInt64, reader: UInt64,
    writer: UInt64
  ) {
    var copy = tp_resource()
    copy.id = address | 1 << 63
    copy.kind = Kind.stream.rawValue
    copy.depth = UInt32(clamping: depth)
    copy.capacity = UInt32(clamping: capacity)
    copy.reader = reader
    copy.writer = writer
    copy.name = tp_name(Array(element.utf8))
    self.init(copy: copy)
  }

  init(copy: tp_resource) {
    self.copy = copy
  }

  /// Its id, unique in the process.
  public var id: UInt64 { copy.id }
  /// What it is.
  public var kind: Kind { Kind(rawValue: copy.kind) ?? .unknown }
  /// When it was made, in ticks.
  public var created: UInt64 { copy.created }
  /// The id of the task that holds it, or 0.
  public var holder: UInt64 { copy.holder }
  /// Since when it is held, in ticks.
  public var heldSince: UInt64 { copy.held_since }
  /// The last task that released it while another one held it, and that one; nil if none did.
  public var misreleased: (by: UInt64, from: UInt64)? {
    copy.released_by == 0 ? nil : (copy.released_by, copy.released_from)
  }
  /// Items queued, permits taken, parties arrived or bytes buffered.
  public var depth: UInt32 { copy.depth }
  /// The most that `depth` may be; 0 for no limit.
  public var capacity: UInt32 { copy.capacity }
  /// How many tasks wait for it.
  public var waiters: UInt32 { copy.waiters }
  /// How many of those wait for room in a queue.
  public var producers: UInt32 { copy.producers }
  /// Bytes received in all.
  public var bytesIn: UInt64 { copy.bytes_in }
  /// Bytes sent in all.
  public var bytesOut: UInt64 { copy.bytes_out }
  /// How often it was held.
  public var uses: UInt64 { copy.uses }
  /// Waits for it that have ended.
  public var waits: UInt64 { copy.waits }
  /// Ticks that those took in all.
  public var waited: UInt64 { copy.waited }
  /// Ticks of the longest of them.
  public var longestWait: UInt64 { copy.longest_wait }
  /// The id of the task that takes from a stream, or 0.
  public var reader: UInt64 { copy.reader }
  /// The id of the task that puts into a stream, or 0.
  public var writer: UInt64 { copy.writer }
  /// The site of its creation, or 0.
  public var site: UInt32 { copy.site }
  /// What tasks have that it awaits together with others: see `TaskRecord.awaitedIn`.
  public var mark: UInt32 { tp_resource_mark(id) }
  /// Its name from the app, untrusted; empty if it has none.
  public var name: String { copy.name.string }
}
