import CAsyncTopProbe

/// Reads the events of a block, one after the other; each must be applied before the next is read.
struct EventDecoder: ~Copyable {
  private var context: EventContext
  private var fields: EventFieldReader
  private let form: EventForm
  private let validator: RegionValidator

  /// Makes a decoder that has nothing to read yet.
  init(region: PrivateRegion) {
    context = EventContext(workers: region.capacities.workers)
    fields = EventFieldReader(
      payload: unsafe PayloadReader(UnsafeRawBufferPointer(start: nil, count: 0)))
    form = unsafe EventForm(tables: region.tables.pointee)
    validator = RegionValidator(region)
  }

  /// Begins a block.
  ///
  /// - Parameters:
  ///   - bytes: The events; they must stay valid until the next block begins.
  ///   - ticks: The moment that the block gives for its beginning.
  mutating func begin(_ bytes: UnsafeRawBufferPointer, at ticks: UInt64) {
    fields.payload = unsafe PayloadReader(bytes)
    context.begin(at: ticks)
  }

  /// The next event and its worker; nil if what comes is no valid event.
  @inline(__always)
  mutating func next() -> DecodedEvent? {
    let first = fields.payload.byte()
    let isPlain = first & 0x3f == EventEncoder.plainly
    let code = isPlain ? fields.payload.byte() : first & 0x3f
    guard let kind = EventKind(rawValue: code) else { return nil }
    var worker = context.worker
    if first & EventEncoder.workerFollows != 0 {
      worker = UInt16(fields.payload.bounded(Int(UInt16.max)))
    }
    guard validator.hasWorker(worker) else { return nil }
    var event = tp_event()
    event.kind = code
    event.ticks = context.ticks &+ (isPlain ? fields.payload.signed() : fields.payload.varint())
    event.slot = context.slot(kind, worker: worker)
    if first & EventEncoder.slotFollows != 0 {
      let slot = UInt64(event.slot) &+ fields.payload.signed()
      guard slot <= UInt32.max else { return nil }
      event.slot = UInt32(slot)
    }
    guard validator.hasSlot(event.slot, kind) else { return nil }
    if isPlain {
      plain(&event)
    } else {
      form.code(&event, kind, worker: worker, context, &fields)
    }
    guard !fields.payload.isDamaged, validator.accepts(event, of: kind, worker: worker) else {
      return nil
    }
    context.remember(event, kind, worker: worker)
    return DecodedEvent(event: event, kind: kind, worker: worker)
  }

  /// Whether the block has no more bytes.
  var isAtEnd: Bool { fields.payload.isAtEnd }

  @inline(never)
  private mutating func plain(_ event: inout tp_event) {
    event.detail = fields.payload.byte()
    event.tag = UInt16(fields.payload.bounded(Int(UInt16.max)))
    event.a = fields.payload.varint()
    event.b = fields.payload.varint()
  }
}

/// A valid event of a recording, and the worker that reported it.
struct DecodedEvent {
  var event: tp_event
  var kind: EventKind
  var worker: UInt16
}

/// Reads the fields of an event.
struct EventFieldReader: EventFieldCoder, ~Copyable {
  var payload: PayloadReader

  @inline(__always)
  mutating func known<Field: FixedWidthInteger>(_ field: inout Field, _ value: Field) {
    field = value
  }

  @inline(__always)
  mutating func byte(_ field: inout UInt8) { field = payload.byte() }

  @inline(__always)
  mutating func small(_ field: inout UInt64) { field = payload.varint() }

  @inline(__always)
  mutating func near(_ field: inout UInt64, _ value: UInt64) { field = value &+ payload.signed() }

  @inline(__always)
  mutating func task(_ field: inout UInt64, polled: UInt64) {
    let code = payload.varint()
    guard code != 0 else {
      field = 0
      return
    }
    let distance = code - 1
    field = polled &+ (distance >> 1 ^ (0 &- (distance & 1)))
  }

  mutating func text(_ a: inout UInt64, _ b: inout UInt64) {
    a = 0
    b = 0
    let length = payload.byte()
    guard length <= 16 else { return payload.fail() }
    for index in 0..<UInt64(length) {
      let byte = UInt64(payload.byte()) << (8 * (index % 8))
      if index < 8 { a |= byte } else { b |= byte }
    }
  }
}
