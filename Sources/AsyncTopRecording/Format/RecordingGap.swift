/// A stretch of time of which something is not in a recording.
public struct RecordingGap: Hashable, Sendable {
  /// What is not in it.
  public enum Kind: UInt8, Sendable {
    /// Events that were overwritten before they were read.
    case lost = 0
    /// All events: the app was not asked for any.
    case unasked = 1
    /// Who woke whom, which was left out to keep up.
    case wakes = 2
    /// Wakes and polls, which were left out to keep up; what they come to is in the tables at its
    /// end.
    case polls = 3
  }

  /// What is not in it.
  public let kind: Kind
  /// How many events come before it.
  public let position: UInt64
  /// Nothing before this moment is missing, in ticks.
  public let start: UInt64
  /// Nothing after this moment is missing, in ticks.
  public let end: UInt64
  /// How many events are missing; 0 if nobody knows.
  public let count: UInt64
  /// The workers whose events they are; none if they may be anybody's.
  public let workers: [UInt16]
  /// Whether it is unknown what happened: of what was left out, the tables say what it came to.
  public var isLoss: Bool { kind == .lost || kind == .unasked }
  /// When the tables were right again, in ticks; nil if they never were.
  public internal(set) var settled: UInt64?

  init(
    kind: Kind, position: UInt64, start: UInt64, end: UInt64, count: UInt64, workers: [UInt16]
  ) {
    self.kind = kind
    self.position = position
    self.start = start
    self.end = end
    self.count = count
    self.workers = workers
  }

  /// Reads the block; nil if it is damaged, or of a kind that is not known.
  init?(_ payload: UnsafeRawBufferPointer) {
    var reader = unsafe PayloadReader(payload)
    guard let kind = Kind(rawValue: reader.byte()) else { return nil }
    self.kind = kind
    position = reader.varint()
    start = reader.fixed64()
    end = reader.fixed64()
    count = reader.varint()
    var workers: [UInt16] = []
    for _ in 0..<reader.bounded(Int(RecordingLimits.workers)) where !reader.isDamaged {
      workers.append(UInt16(reader.bounded(Int(UInt16.max))))
    }
    self.workers = workers
    if reader.isDamaged || end < start { return nil }
  }

  func write(to payload: inout PayloadWriter) {
    payload.byte(kind.rawValue)
    payload.varint(position)
    payload.fixed64(start)
    payload.fixed64(end)
    payload.varint(count)
    payload.varint(UInt64(workers.count))
    for worker in workers { payload.varint(UInt64(worker)) }
  }

  /// Both as one, if they are of one kind.
  func joined(with other: RecordingGap) -> RecordingGap? {
    guard kind == other.kind else { return nil }
    let all = workers.isEmpty || other.workers.isEmpty ? [] : Set(workers).union(other.workers)
    return RecordingGap(
      kind: kind, position: position, start: min(start, other.start), end: max(end, other.end),
      count: count &+ other.count, workers: all.sorted())
  }
}
