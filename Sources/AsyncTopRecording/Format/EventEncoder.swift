import CAsyncTopProbe

/// Gathers the events of a block.
///
/// Each event is encoded before it is applied to the region, by whoever calls.
struct EventEncoder: ~Copyable {
  // The first byte of an event: its kind in six bits and what follows.
  static let plainly: UInt8 = 63
  static let workerFollows: UInt8 = 0x40
  static let slotFollows: UInt8 = 0x80
  // No event takes more bytes.
  private static let longest = 128

  private var context: EventContext
  private var fields: EventFieldWriter
  private let form: EventForm
  /// Events in the block.
  private(set) var count = 0

  init(region: PrivateRegion) {
    context = EventContext(workers: region.capacities.workers)
    fields = EventFieldWriter(payload: PayloadWriter(capacity: 1 << 16))
    form = unsafe EventForm(tables: region.tables.pointee)
  }

  /// The encoded events.
  var bytes: UnsafeRawBufferPointer { unsafe fields.payload.bytes }

  /// Bytes of the encoded events.
  @inline(__always)
  var size: Int { fields.payload.count }

  /// Forgets the events: a block begins at this moment.
  mutating func begin(at ticks: UInt64) {
    count = 0
    fields.payload.rewind(to: 0)
    context.begin(at: ticks)
  }

  /// Adds a valid event.
  @inline(__always)
  mutating func add(_ event: tp_event, _ kind: EventKind, worker: UInt16) {
    fields.payload.makeRoom(for: Self.longest)
    let start = fields.payload.count
    fields.isFit = event.ticks >= context.ticks
    head(event, kind, worker, code: kind.rawValue)
    fields.payload.nextVarint(event.ticks &- context.ticks)
    slot(event, kind, worker)
    var copy = event
    form.code(&copy, kind, worker: worker, context, &fields)
    if !fields.isFit {
      fields.payload.rewind(to: start)
      plain(event, kind, worker)
    }
    context.remember(event, kind, worker: worker)
    count += 1
  }

  @inline(__always)
  private mutating func head(_ event: tp_event, _ kind: EventKind, _ worker: UInt16, code: UInt8) {
    let isOtherWorker = worker != context.worker
    let isOtherSlot = event.slot != context.slot(kind, worker: worker)
    fields.payload.nextByte(
      code | (isOtherWorker ? Self.workerFollows : 0) | (isOtherSlot ? Self.slotFollows : 0))
    if code == Self.plainly { fields.payload.nextByte(kind.rawValue) }
    if isOtherWorker { fields.payload.nextVarint(UInt64(worker)) }
  }

  @inline(__always)
  private mutating func slot(_ event: tp_event, _ kind: EventKind, _ worker: UInt16) {
    let expected = context.slot(kind, worker: worker)
    if event.slot != expected {
      fields.payload.nextVarint(
        PayloadWriter.zigzag(UInt64(event.slot) &- UInt64(expected)))
    }
  }

  @inline(never)
  private mutating func plain(_ event: tp_event, _ kind: EventKind, _ worker: UInt16) {
    head(event, kind, worker, code: Self.plainly)
    fields.payload.nextVarint(PayloadWriter.zigzag(event.ticks &- context.ticks))
    slot(event, kind, worker)
    fields.payload.nextByte(event.detail)
    fields.payload.nextVarint(UInt64(event.tag))
    fields.payload.nextVarint(event.a)
    fields.payload.nextVarint(event.b)
  }
}

/// What a block of events says before them.
struct EventBlockHead: Hashable {
  /// How many events, and keyframes after a loss, come before it.
  var position: UInt64
  /// How many events it has.
  var count: UInt64
  /// The moment from which its first event counts its distance.
  var begin: UInt64
  /// The latest moment of its events and all before.
  var end: UInt64

  init(position: UInt64, count: UInt64, begin: UInt64, end: UInt64) {
    self.position = position
    self.count = count
    self.begin = begin
    self.end = end
  }

  init?(from reader: inout PayloadReader) {
    position = reader.varint()
    count = UInt64(reader.bounded(RecordingLimits.eventsInBlock))
    begin = reader.fixed64()
    end = reader.fixed64()
    if reader.isDamaged || count == 0 || end < begin { return nil }
  }

  func write(to payload: inout PayloadWriter) {
    payload.varint(position)
    payload.varint(count)
    payload.fixed64(begin)
    payload.fixed64(end)
  }
}

/// Writes the fields of an event.
struct EventFieldWriter: EventFieldCoder, ~Copyable {
  var payload: PayloadWriter
  /// Whether all fields of the event could be said so far.
  var isFit = true

  @inline(__always)
  mutating func known<Field: FixedWidthInteger>(_ field: inout Field, _ value: Field) {
    if field != value { isFit = false }
  }

  @inline(__always)
  mutating func byte(_ field: inout UInt8) { payload.nextByte(field) }

  @inline(__always)
  mutating func small(_ field: inout UInt64) { payload.nextVarint(field) }

  @inline(__always)
  mutating func near(_ field: inout UInt64, _ value: UInt64) {
    payload.nextVarint(PayloadWriter.zigzag(field &- value))
  }

  @inline(__always)
  mutating func task(_ field: inout UInt64, polled: UInt64) {
    guard field != 0 else { return payload.nextByte(0) }
    let distance = PayloadWriter.zigzag(field &- polled)
    if distance == .max { isFit = false }
    payload.nextVarint(distance &+ 1)
  }

  mutating func text(_ a: inout UInt64, _ b: inout UInt64) {
    let length = b == 0 ? 8 - a.leadingZeroBitCount / 8 : 16 - b.leadingZeroBitCount / 8
    payload.nextByte(UInt8(length))
    for index in 0..<length {
      let word = index < 8 ? a : b
      payload.nextByte(UInt8(truncatingIfNeeded: word >> (8 * UInt64(index % 8))))
    }
  }
}
