import CAsyncTopProbe
@testable import AsyncTopRecording

/// Makes recordings that are right in every length and checksum, and whose numbers are anything:
/// nothing, the greatest there are, and those around them.
struct HostileRecording {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func number() -> UInt64 {
    switch random.next() % 10 {
    case 0: 0
    case 1: .max
    case 2: .max - random.next() % 1000
    case 3: 1 << 63
    case 4: 1 << (random.next() % 64)
    case 5: random.next()
    default: random.next() % 40
    }
  }

  /// The bytes of one.
  mutating func make() throws -> [UInt8] {
    let file = try TemporaryFile()
    let output = BlockOutput(file.descriptor, limit: nil)
    var header = RecordingHeader.sample
    header.startTicks = number()
    header.startMonotonic = number()
    header.startRealtime = number()
    header.processStart = number()
    header.nativeStatus = UInt32(truncatingIfNeeded: number())
    header.command = UInt32(truncatingIfNeeded: number())
    let composer = try RecordingComposer(header, region: PrivateRegion(.small), to: output)
    try ModelRecording.writeAreas(to: composer.region, output)
    var model = EventModel(seed: random.next(), capacities: .small)
    let validator = RegionValidator(composer.region)
    for _ in 0...(random.next() % 3) {
      fill(composer.region, validator)
      try composer.jump(lost: number(), at: number())
      try writeStatus(output)
      for _ in 0..<(random.next() % 60) {
        var next = model.next(validator)
        if random.oneIn(8) { next.event.ticks = number() }
        try composer.add(next.event, next.kind, worker: next.worker)
      }
    }
    try composer.flush()
    try writeStatus(output)
    if random.oneIn(2) { try output.writeIndex() }
    return try file.contents()
  }

  private mutating func writeStatus(_ output: BlockOutput) throws {
    var status = SessionStatus(tp_header(), ticks: number(), monotonic: number())
    status.state = UInt32(random.next() % 4)
    status.lostThreads = number()
    for index in status.unlisted.indices { status.unlisted[index] = number() }
    var payload = PayloadWriter()
    status.write(to: &payload)
    try output.write(.status, payload)
  }

  /// Fills slots with any words that a reader accepts.
  private mutating func fill(_ region: PrivateRegion, _ validator: RegionValidator) {
    for table in TableKind.allCases {
      let arrays = region.arrays(of: table)
      let count = Int(random.next() % UInt64(region.capacities[table] + 1))
      for slot in 0..<count {
        var attempts = 40
        repeat {
          attempts -= 1
          for array in arrays {
            for word in 0..<array.words { unsafe array.slot(slot)[word] = number() }
          }
        } while !validator.acceptsSlot(slot, of: table) && attempts > 0
        if !validator.acceptsSlot(slot, of: table) {
          for array in arrays { array.clear(slot..<slot + 1) }
        }
      }
      region.setHigh(of: table, to: UInt32(count))
    }
  }
}

/// The bytes of a recording, for tests that damage them.
struct RecordingBytes {
  var bytes: [UInt8]

  /// Where each block begins, and where the last one ends.
  var boundaries: [Int] {
    var offsets: [Int] = []
    var offset = BlockFrame.preambleSize
    while offset + BlockFrame.size <= bytes.count {
      offsets.append(offset)
      offset += BlockFrame.size + length(at: offset)
    }
    return offsets + [offset]
  }

  private func length(at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + 4 + $1]) << (8 * $1) }
  }

  /// The type of the block that begins at an offset.
  func type(at offset: Int) -> BlockType? {
    BlockType(rawValue: (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) })
  }

  /// Makes the checksum right of the block that begins at an offset.
  mutating func seal(_ offset: Int) {
    let end = offset + BlockFrame.size + length(at: offset)
    guard end <= bytes.count, let type = type(at: offset) else { return }
    let frame = unsafe bytes[(offset + BlockFrame.size)..<end].withUnsafeBytes {
      unsafe BlockFrame(type: type.rawValue, payload: $0)
    }
    for byte in 0..<4 {
      bytes[offset + 8 + byte] = UInt8(truncatingIfNeeded: frame.checksum >> (8 * UInt32(byte)))
    }
  }
}
