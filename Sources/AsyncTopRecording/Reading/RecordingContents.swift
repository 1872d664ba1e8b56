import AsyncTopBus
import CAsyncTopProbe

/// What is known of a recording after its blocks up to some point were looked at.
struct RecordingContents {
  /// The events and jumps, in order.
  private(set) var segments: [Segment] = []
  /// The keyframes that can be started from, in order.
  private(set) var keyframes: [RecordedKeyframe] = []
  private(set) var marks: [Mark] = []
  private(set) var statuses: [SessionStatus] = []
  private(set) var places: [RecordedAddress: [SourceLocation]] = [:]
  private(set) var lost: UInt64 = 0
  /// What is missing, in order.
  private(set) var gaps: [RecordingGap] = []
  /// Strings, sites and modules, as they lie in a region; they only grow.
  private(set) var areas: [RegionArea: [UInt8]] = [:]
  /// Counts the changes of the areas.
  private(set) var areaVersion = 0
  private var open: (keyframe: RecordedKeyframe, parts: UInt64)?
  private let capacities: TableCapacities

  private let version: UInt32

  /// What a recording of a version of the format holds.
  init(_ capacities: TableCapacities, version: UInt32) {
    self.capacities = capacities
    self.version = version
  }

  /// How many events, and keyframes after a loss, there are.
  var end: UInt64 { segments.last?.end ?? 0 }

  /// The latest moment of an event.
  var endTicks: UInt64 { segments.last?.endTicks ?? keyframes.first?.head.ticks ?? 0 }

  /// Takes note of a block.
  ///
  /// - Returns: What is wrong with it, if it makes everything after it useless.
  mutating func add(
    _ type: UInt32, _ payload: UnsafeRawBufferPointer, at offset: UInt64
  ) -> String? {
    let type = BlockType(rawValue: type)
    if type != .keyframe { open = nil }
    var reader = unsafe PayloadReader(payload)
    switch type {
    case .events:
      guard let head = EventBlockHead(from: &reader) else { return "an event block is damaged" }
      return add(head, at: offset)
    case .keyframe:
      return addKeyframePart(&reader, at: offset)
    case .mark:
      if let mark = unsafe Mark(payload), marks.count < RecordingLimits.moments {
        marks.append(mark)
      }
    case .status:
      if let status = unsafe SessionStatus(payload), statuses.count < RecordingLimits.moments {
        statuses.append(status)
      }
    case .gap:
      if let gap = unsafe RecordingGap(payload) { return add(gap) }
    case .places: addPlaces(&reader)
    case .strings: return addPart(of: .strings, &reader)
    case .sites: return addPart(of: .sites, &reader)
    case .modules: return addPart(of: .modules, &reader)
    case .stacks: return addPart(of: .stacks, &reader)
    case .header, .index, .tail, nil: break
    }
    return nil
  }

  /// Takes note of a block of events.
  mutating func add(_ head: EventBlockHead, at offset: UInt64) -> String? {
    guard !keyframes.isEmpty else { return "events come before the first keyframe" }
    guard head.position == end else { return "events are missing" }
    guard head.begin >= endTicks else { return "time goes back" }
    segments.append(.events(head, offset: offset))
    return nil
  }

  private mutating func add(_ gap: RecordingGap) -> String? {
    guard gap.position == end else { return "a gap is out of order" }
    if gap.isLoss { lost +|= gap.count }
    if gaps.count < RecordingLimits.moments { gaps.append(gap) }
    return nil
  }

  /// Takes note of a keyframe whose parts are all there.
  mutating func add(_ head: KeyframeHead, at offset: UInt64) -> String? {
    guard head.ticks >= endTicks else { return "time goes back" }
    if head.kind.isEvent {
      guard head.position == end +| 1 else { return "a keyframe is out of order" }
      segments.append(.jump(head, offset: offset))
      lost +|= head.lost
    } else if head.position != end || head.kind == .start && !keyframes.isEmpty {
      return "a keyframe is out of order"
    }
    guard !(head.kind.isPartial && keyframes.isEmpty) else {
      return "a keyframe lacks the one before it"
    }
    if head.kind.isEvent { settle(at: head.ticks) }
    // One cannot start from a repair alone.
    guard head.kind != .repair else { return nil }
    keyframes.append(RecordedKeyframe(head: head, offset: offset, segment: segments.count))
    return nil
  }

  private mutating func settle(at ticks: UInt64) {
    for index in gaps.indices.reversed() {
      guard gaps[index].settled == nil else { return }
      gaps[index].settled = ticks
    }
  }

  private mutating func addKeyframePart(
    _ reader: inout PayloadReader, at offset: UInt64
  ) -> String? {
    let (isLast, number) = KeyframeDecoder.readPart(&reader)
    if number == 0 {
      guard let head = KeyframeHead(from: &reader) else { return "a keyframe is damaged" }
      open = (RecordedKeyframe(head: head, offset: offset, segment: 0), 0)
    }
    guard let found = open, found.parts == number, number < RecordingLimits.keyframeParts else {
      return "a part of a keyframe is missing"
    }
    open?.parts += 1
    guard isLast else { return nil }
    open = nil
    return add(found.keyframe.head, at: found.keyframe.offset)
  }

  private mutating func addPlaces(_ reader: inout PayloadReader) {
    while !reader.isAtEnd && places.count < RecordingLimits.places {
      let (address, found) = RecordedAddress.read(&reader)
      if !reader.isDamaged { places[address] = found }
    }
  }

  private mutating func addPart(of area: RegionArea, _ reader: inout PayloadReader) -> String? {
    let capacity = capacities[area]
    let first = reader.bounded(capacity)
    let (stride, written) = (area.stride, area.stride(inVersion: version))
    let count = reader.remaining / written
    // One entry may be left out, as the site of number 0 is; more would be memory for nothing.
    let known = (areas[area]?.count ?? 0) / stride
    guard !reader.isDamaged, count * written == reader.remaining, first + count <= capacity,
      first <= known + 1
    else { return "a part of the \(area) does not fit" }
    let bytes = unsafe reader.raw(count * written)
    var all = areas.removeValue(forKey: area) ?? []
    let end = (first + count) * stride
    if all.count < end { all.append(contentsOf: repeatElement(0, count: end - all.count)) }
    // Entries of an older version are shorter; what they lack stays zero.
    let (pieces, size) = written == stride ? (1, bytes.count) : (count, written)
    unsafe all.withUnsafeMutableBytes { target in
      for piece in 0..<pieces {
        let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[(piece * size)...].prefix(size))
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[((first + piece) * stride)...])
          .copyMemory(from: source)
      }
    }
    areas[area] = all
    areaVersion += 1
    return nil
  }
}

extension TableCapacities {
  /// Entries of an area.
  fileprivate subscript(area: RegionArea) -> Int {
    switch area {
    case .strings: Int(strings)
    case .sites: Int(sites)
    case .modules: Int(modules)
    case .stacks: Int(stacks)
    }
  }
}

/// A stretch of a recording in the order of playing: the events of a block, or a keyframe after a
/// loss or of a repair.
enum Segment {
  case events(EventBlockHead, offset: UInt64)
  case jump(KeyframeHead, offset: UInt64)

  /// How many events come before it.
  var position: UInt64 {
    switch self {
    case .events(let head, _): head.position
    case .jump(let head, _): head.position - 1
    }
  }

  /// How many events come before what follows it.
  var end: UInt64 {
    switch self {
    case .events(let head, _): head.position + head.count
    case .jump(let head, _): head.position
    }
  }

  /// Its latest moment.
  var endTicks: UInt64 {
    switch self {
    case .events(let head, _): head.end
    case .jump(let head, _): head.ticks
    }
  }
}

/// A keyframe of a recording, and where playing goes on after it.
struct RecordedKeyframe {
  var head: KeyframeHead
  /// Where its first part is.
  var offset: UInt64
  /// The number of segments up to and with it.
  var segment: Int
}
