import CAsyncTopProbe

/// Makes the tables of a recording right after events were lost.
///
/// 1. The live tables are copied beside the recording's own, while events go on being collected.
/// 2. The events that were collected after the copy began are applied to both: to the copy as far
///    as it does not contain them (`TableCopy`). Those before are in it.
/// 3. Once all events up to the copy's end were applied, it is the state at that position. Slots
///    that differ are taken over, and written down.
/// 4. Events that are lost meanwhile make the copy useless: it is begun again.
@safe
final class TableRepair {
  /// Whether events were lost since the tables were right.
  private(set) var isNeeded = false
  private let live: tp_region
  private let region: PrivateRegion
  private let shadow: PrivateRegion
  private let changed: ChangedSlots
  private var copy: TableCopy?
  /// The rounds up to this one are in the copy.
  private var lastSerial: UInt64 = 0
  private var notBefore: UInt64 = 0

  /// Prepares to repair a recording's region.
  init(_ live: tp_region, of region: PrivateRegion) throws(RecordingError) {
    unsafe self.live = unsafe live
    self.region = region
    shadow = try PrivateRegion(region.capacities)
    changed = try ChangedSlots(region.capacities)
  }

  private var now: UInt64 {
    var live = unsafe live
    return unsafe tp_now_of(&live)
  }

  /// Whether a copy is being completed.
  var isGoing: Bool { copy != nil }

  /// Says that events were lost.
  func noteLoss() {
    isNeeded = true
    abandon()
  }

  /// Says that events were left out of the recording, though not of the copy.
  func noteOmission() { isNeeded = true }

  private func abandon() {
    guard copy != nil else { return }
    copy = nil
    for table in TableKind.allCases { shadow.clear(table, 0..<Int(shadow.capacities[table])) }
  }

  /// Copies the tables, if it is time.
  ///
  /// - Parameters:
  ///   - queue: Where events are collected meanwhile.
  ///   - pause: Ticks between two copies, at least; nil if there is no time.
  func beginIfDue(_ queue: EventQueue, pause: UInt64?) {
    let began = now
    guard isNeeded, copy == nil, began >= notBefore || pause == nil else { return }
    lastSerial = queue.lastSerial
    var copy = unsafe TableCopy(of: live, to: shadow)
    copy.copy()
    self.copy = copy
    // Copying takes a part of the time only.
    notBefore = copy.end &+ max(pause ?? 0, 4 * (copy.end &- min(began, copy.end)))
  }

  /// How many events the copied records of workers count.
  var counted: [UInt64] { copy?.counted ?? [] }

  /// Whether a round's events are to be applied to the copy.
  func wants(_ batch: EventBatch) -> Bool { copy != nil && batch.serial > lastSerial }

  /// Applies a valid event to the copy.
  func apply(_ event: tp_event, _ kind: EventKind, worker: UInt16, isCounted: Bool) {
    guard shadow.makeRoom(for: event, kind) else { return }
    copy?.apply(event, kind, worker: worker, isCounted: isCounted)
  }

  /// Takes over what differs, if all events up to this moment, and so up to the copy's end, were
  /// applied.
  ///
  /// - Returns: The slots that were changed, and the copy, which still decides about events that
  ///   come late; nil if it is not time yet.
  func finish(at moment: UInt64) -> (changed: ChangedSlots, copy: TableCopy)? {
    guard let copy, moment >= copy.end else { return nil }
    changed.removeAll()
    for table in TableKind.allCases { takeOver(table) }
    isNeeded = false
    abandon()
    return (changed, copy.moved(to: region))
  }

  private func takeOver(_ table: TableKind) {
    let end = max(shadow.high(of: table), region.high(of: table))
    let (sources, targets) = (shadow.arrays(of: table), region.arrays(of: table))
    for slot in 0..<Int(end) {
      guard differs(slot, sources, targets, table), region.makeRoom(for: slot, of: table) else {
        continue
      }
      for (source, target) in zip(sources, targets) {
        unsafe target.slot(slot).update(from: source.slot(slot), count: source.words)
      }
      changed.insert(slot, of: table)
    }
    region.setHigh(of: table, to: end)
  }

  // Of free slots only that they are free counts, unless they are a task's, a worker's or a site's.
  private func differs(
    _ slot: Int, _ sources: [SlotArray], _ targets: [SlotArray], _ table: TableKind
  ) -> Bool {
    if ![.tasks, .workers, .sites].contains(table) {
      let ids = unsafe (sources[0].slot(slot)[0], targets[0].slot(slot)[0])
      if ids == (0, 0) { return false }
    }
    for (source, target) in zip(sources, targets) {
      let (left, right) = unsafe (source.slot(slot), target.slot(slot))
      for word in 0..<source.words where unsafe left[word] != right[word] { return true }
    }
    return false
  }
}
