import CAsyncTopProbe
import Glibc
import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

@testable import AsyncTopDashboard
@testable import AsyncTopRecording

/// Says and draws all that there is of a session.
enum SessionFuzz {
  static func show(_ snapshot: Snapshot) {
    let insight = Insight(snapshot, places: LocationBook())
    _ = PlainText.summary(insight, rates: SessionRates())
    _ = TextStream.text { stream in
      PlainText.list(TaskList.self, insight, to: &stream)
      PlainText.list(TimerList.self, insight, to: &stream)
      PlainText.tree(insight, to: &stream)
      PlainText.waits(insight, to: &stream)
      JSONText.list(TaskList.self, insight, to: &stream)
      JSONText.list(TimerList.self, insight, to: &stream)
      JSONText.tree(insight, to: &stream)
      JSONText.waits(insight, to: &stream)
    }
    _ = snapshot.modules
  }

  /// Draws what each key leads to.
  static func draw(_ model: inout DashboardModel, _ snapshot: Snapshot, _ keys: String) {
    model.update(snapshot)
    for key in keys {
      _ = model.handle(.key(KeyChord(key)))
      _ = model.draw(size: Size(columns: 100, rows: 30))
    }
  }
}

enum RecordingFuzz {
  static func run(_ bytes: [UInt8]) {
    let file = MemoryFile(sealed(bytes))
    guard let recording = try? Recording(path: file.path),
      let playback = try? Playback(recording)
    else { return }
    var model = DashboardModel()
    let end = playback.position
    for position in [recording.eventCount, recording.eventCount / 2, 0, end &+ 3] {
      playback.seek(toPosition: position)
      let snapshot = playback.snapshot()
      SessionFuzz.show(snapshot)
      SessionFuzz.draw(&model, snapshot, "t2j\n")
    }
  }

  // A right checksum is hard to guess.
  private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > BlockFrame.preambleSize else { return bytes }
    var bytes = bytes
    bytes.replaceSubrange(0..<8, with: BlockFrame.magic)
    var offset = BlockFrame.preambleSize
    while offset + BlockFrame.size <= bytes.count {
      let frame = unsafe bytes[offset..<offset + BlockFrame.size].withUnsafeBytes {
        unsafe BlockFrame(bytes: $0)
      }
      let payload = offset + BlockFrame.size..<offset + BlockFrame.size + Int(frame.length)
      guard payload.upperBound <= bytes.count else { break }
      let right = unsafe bytes[payload].withUnsafeBytes {
        unsafe BlockFrame(type: frame.type, payload: $0)
      }
      for byte in 0..<4 {
        bytes[offset + 8 + byte] = UInt8(truncatingIfNeeded: right.checksum >> (8 * UInt32(byte)))
      }
      offset = payload.upperBound
    }
    return bytes
  }
}

/// A region as an app has it, over which words of the input are written.
///
/// Twelve bytes of input are one word: four say where, in the header or in a page that the app has
/// written, eight what.
enum RegionFuzz {
  private static let base = Base()

  static func run(_ bytes: [UInt8], looks: Int) {
    let base = base
    let file = MemoryFile([], size: base.size)
    for (offset, page) in base.pages { file.write(page, at: offset) }
    let words = stride(from: 0, through: bytes.count - 12, by: 12)
      .map { Array(bytes[$0..<$0 + 12]) }
    let share = (words.count + looks - 1) / looks
    if looks == 1 { for word in words { write(word, to: file) } }
    guard let session = try? LiveSession(regionPath: file.path) else { return }
    var model = DashboardModel()
    let drain = looks > 1 ? try? Drain(session.memory) : nil
    for look in 0..<looks {
      for word in words.dropFirst(look * share).prefix(looks > 1 ? share : 0) {
        write(word, to: file)
      }
      if look == 5 && bytes.count % 7 == 0 { ftruncate(file.descriptor, 5_000) }
      let snapshot = session.snapshot()
      SessionFuzz.show(snapshot)
      SessionFuzz.draw(&model, snapshot, "23j\n")
      drain?.read()
    }
  }

  private static func write(_ word: [UInt8], to file: borrowing MemoryFile) {
    let place = word[0..<4].reduce(0) { $0 << 8 | Int($1) }
    let isHeader = place & 1 << 31 == 0
    let offset =
      isHeader ? place % 1_024 : base.pages[(place >> 12) % base.pages.count].0 + place % 4_096
    file.write(Array(word[4...]), at: offset)
  }

  /// Copies a region's tables and follows its rings, as a recorder does.
  private struct Drain {
    private let memory: RegionMemory
    private let copy: PrivateRegion
    private let validator: RegionValidator
    private let queue: EventQueue
    private let drain: RingDrain

    init(_ memory: RegionMemory) throws {
      self.memory = memory
      copy = unsafe try PrivateRegion(TableCapacities(memory.tables))
      validator = RegionValidator(copy)
      queue = try EventQueue(capacity: 1 << 12)
      let lease = unsafe ObserverLease(nil, of: memory.tables)
      drain = unsafe RingDrain(memory.tables, lease: lease, queue: queue)
      drain.begin()
      var tables = unsafe TableCopy(of: memory.tables, to: copy)
      tables.copy()
    }

    func read() {
      drain.round()
      for batch in queue.take() {
        var merge = EventMerge(batch, of: queue)
        unsafe merge.run { event, worker, _ in
          var event = unsafe event.pointee
          guard let kind = EventKind(rawValue: event.kind),
            validator.accepts(event, of: kind, worker: worker), copy.makeRoom(for: event, kind)
          else { return }
          unsafe copy.apply(&event, of: kind, worker: worker)
        }
        queue.free(batch)
      }
    }
  }

  private struct Base {
    let size: Int
    let pages: [(Int, [UInt8])]

    init() {
      precondition(tp_start_for_testing(64, 64), "the probe is off")
      let queue = Probe.Resource(.queue, name: "jobs", site: Probe.site("main.swift", 7))
      let group = Probe.Group(name: "children", site: 0)
      for number in 0..<20 as Range<UInt64> {
        let slot = unsafe tp_take_slot(tp_task_pool()) - 1
        let id = number + 1
        Self.emit(TP_EVENT_TASK_CREATED, slot, id, 0, id, 0)
        Self.emit(TP_EVENT_TASK_ORIGIN, slot, id, 0, 1 << 32 | 1, 21 << 16)
        Self.emit(TP_EVENT_TASK_SCHEDULED, slot, id, 0, 0, 0)
        Self.emit(TP_EVENT_POLL_BEGAN, slot, id, 0, 0, 0)
        let timer = tp_timer_armed(1, tp_monotonic() + 1_000_000, id, 1, 0, true)
        Self.emit(TP_EVENT_POLL_ENDED, slot, id, 5, number % 2 == 0 ? timer : queue.id, 1)
      }
      queue.level(3, of: 10, waiters: 2)
      let region = unsafe tp_own_region()
      let size = unsafe Int(region.header.pointee.region_size)
      let all = unsafe UnsafeRawBufferPointer(start: region.header, count: size)
      pages = stride(from: 0, to: size, by: 4_096).compactMap { offset in
        let page = unsafe Array(all[offset..<min(offset + 4_096, size)])
        return page.contains { $0 != 0 } ? (offset, page) : nil
      }
      self.size = size
      withExtendedLifetime(group) {}
    }

    private static func emit(
      _ kind: tp_event_kind, _ slot: UInt32, _ id: UInt64, _ detail: UInt8, _ a: UInt64, _ b: UInt64
    ) {
      unsafe tp_emit(
        tp_current_thread(),
        tp_event(
          ticks: tp_ticks(), slot: slot, kind: UInt8(kind.rawValue), detail: detail,
          tag: UInt16(truncatingIfNeeded: id), a: a, b: b))
    }
  }
}
