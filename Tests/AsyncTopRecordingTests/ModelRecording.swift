import CAsyncTopProbe
import Foundation
import AsyncTopBus

@testable import AsyncTopRecording

/// A recording of the model's events, and what the tables held after each of them.
struct ModelRecording {
  /// The tables' digests by position, the beginning first.
  var digests: [UInt64] = []
  /// The latest moments by position.
  var ticks: [UInt64] = []
  /// The recording.
  var bytes: [UInt8] = []

  /// Records random events; some are lost if `losses`, and there is an index if `isFinished`.
  init(
    seed: UInt64, events: Int, losses: Bool = false, isFinished: Bool = true,
    pacing: RecordingPacing = RecordingPacing(
      eventPayload: 400, keyframePayload: 1500, keyframeInterval: 150)
  ) throws {
    let file = try TemporaryFile()
    let output = BlockOutput(file.descriptor, limit: nil)
    let live = try PrivateRegion(.small)
    var model = EventModel(seed: seed, capacities: .small)
    var random = SeededGenerator(seed: ~seed)
    let validator = RegionValidator(live)
    let composer = try RecordingComposer(
      .sample, region: PrivateRegion(.small), to: output, pacing: pacing)
    try Self.writeAreas(to: composer.region, output)
    func note() {
      digests.append(live.digest)
      ticks.append(composer.ticks)
    }
    try composer.jump(lost: 0, at: 1_000_000)
    note()
    for index in 0..<events {
      var event = model.next(validator)
      unsafe live.apply(&event.event, of: event.kind, worker: event.worker)
      if losses && random.oneIn(300) {
        for _ in 0..<20 {
          var lost = model.next(validator)
          unsafe live.apply(&lost.event, of: lost.kind, worker: lost.worker)
        }
        Self.copy(live, to: composer.region)
        try composer.jump(lost: 21, at: event.event.ticks)
      } else {
        try composer.add(event.event, event.kind, worker: event.worker)
      }
      note()
      if index % 500 == 499 { try Self.writeStatus(composer.ticks, output) }
    }
    try composer.flush()
    if isFinished { try output.writeIndex() }
    bytes = try file.contents()
  }

  // All bytes of the tables, as a copy of a live region gives them.
  private static func copy(_ live: PrivateRegion, to region: PrivateRegion) {
    for table in TableKind.allCases {
      for (source, target) in zip(live.arrays(of: table), region.arrays(of: table)) {
        let count = Int(live.capacities[table]) * source.words
        unsafe target.start.update(from: source.start, count: count)
      }
      region.setHigh(of: table, to: live.high(of: table))
    }
  }

  static func writeAreas(to region: PrivateRegion, _ output: BlockOutput) throws {
    let text = Array("\0a mark\0/bin/app\0file.swift\0".utf8)
    unsafe region.tables.pointee.strings.withMemoryRebound(to: UInt8.self, capacity: text.count) {
      for (index, byte) in text.enumerated() { unsafe $0[index] = byte }
    }
    var site = tp_site()
    site.kind = TP_SITE_CODE.rawValue
    site.frames.0 = 0x1234
    var module = tp_module()
    module.bias = 0x1000
    module.start = 0x1000
    module.end = 0x9000
    module.path = 8
    module.build_id_size = 20
    module.build_id.0 = 0xab
    try unsafe text.withUnsafeBytes { try unsafe write(.strings, 0, $0, output) }
    try unsafe withUnsafeBytes(of: &site) { try unsafe write(.sites, 1, $0, output) }
    try unsafe withUnsafeBytes(of: &module) { try unsafe write(.modules, 0, $0, output) }
    var payload = PayloadWriter()
    let place = SourceLocation(function: "work()", file: "App/File.swift", line: 12)
    RecordedAddress(0x1234, isReturnAddress: true).write([place], to: &payload)
    try output.write(.places, payload)
  }

  private static func write(
    _ type: BlockType, _ first: UInt64, _ bytes: UnsafeRawBufferPointer, _ output: BlockOutput
  ) throws {
    var payload = PayloadWriter()
    payload.varint(first)
    unsafe payload.raw(bytes)
    try output.write(type, payload)
  }

  static func writeStatus(_ ticks: UInt64, _ output: BlockOutput) throws {
    var payload = PayloadWriter()
    var header = tp_header()
    header.state = TP_REGION_LIVE.rawValue
    SessionStatus(header, ticks: ticks, monotonic: ticks * 2).write(to: &payload)
    try output.write(.status, payload)
  }
}

extension TableCapacities {
  /// Tables for tests.
  static var small: TableCapacities {
    var header = tp_header()
    header.tasks.capacity = 48
    header.groups.capacity = 16
    header.timers.capacity = 32
    header.resources.capacity = 16
    header.loops.capacity = 4
    header.worker_capacity = 6
    header.sites.capacity = 64
    header.strings.capacity = 4096
    header.modules.capacity = 4
    return TableCapacities(header)
  }
}

extension RecordingHeader {
  /// A process that never was.
  static var sample: RecordingHeader {
    var header = tp_header()
    header.start_ticks = 900_000
    header.start_monotonic = 1_800_000
    header.start_realtime = 1_700_000_000_000_000_000
    header.pid = 4711
    header.executable = 8
    var sample = RecordingHeader(header)
    sample.capacities = .small
    return sample
  }
}
