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
