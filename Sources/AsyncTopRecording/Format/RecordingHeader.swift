import CAsyncTopProbe

/// What was recorded: the first block.
struct RecordingHeader: Hashable, Sendable {
  var capacities: TableCapacities
  var clockKind: UInt32
  var startTicks: UInt64
  var startMonotonic: UInt64
  var startRealtime: UInt64
  var pid: UInt32
  var processStart: UInt64
  var nativeStatus: UInt32
  var layoutVersion: UInt32
  var taskSize: UInt32
  /// Offsets in the strings.
  var executable: UInt32
  var command: UInt32

  /// Describes the process of a region.
  init(_ header: tp_header) {
    capacities = TableCapacities(header)
    clockKind = header.clock_kind
    startTicks = header.start_ticks
    startMonotonic = header.start_monotonic
    startRealtime = header.start_realtime
    pid = header.pid
    processStart = header.process_start
    nativeStatus = header.native_status
    layoutVersion = header.swift_layout_version
    taskSize = header.swift_task_size
    executable = header.executable
    command = header.command
  }

  /// Reads the block; nil if it is damaged.
  ///
  /// Bytes after what is known are left for later versions.
  init?(_ payload: UnsafeRawBufferPointer) {
    var reader = unsafe PayloadReader(payload)
    capacities = TableCapacities(from: &reader)
    clockKind = reader.varint32()
    startTicks = reader.fixed64()
    startMonotonic = reader.fixed64()
    startRealtime = reader.fixed64()
    pid = reader.varint32()
    processStart = reader.varint()
    nativeStatus = reader.varint32()
    layoutVersion = reader.varint32()
    taskSize = reader.varint32()
    executable = reader.varint32()
    command = reader.varint32()
    if !reader.isAtEnd { capacities.stacks = reader.varint32() }
    if !capacities.isAcceptable { reader.fail() }
    if reader.isDamaged { return nil }
  }

  func write(to payload: inout PayloadWriter) {
    capacities.write(to: &payload)
    payload.varint(UInt64(clockKind))
    payload.fixed64(startTicks)
    payload.fixed64(startMonotonic)
    payload.fixed64(startRealtime)
    payload.varint(UInt64(pid))
    payload.varint(processStart)
    payload.varint(UInt64(nativeStatus))
    payload.varint(UInt64(layoutVersion))
    payload.varint(UInt64(taskSize))
    payload.varint(UInt64(executable))
    payload.varint(UInt64(command))
    payload.varint(UInt64(capacities.stacks))
  }

  /// Fills in the header of a region that stands for the process.
  func describe(_ header: UnsafeMutablePointer<tp_header>) {
    unsafe header.pointee.clock_kind = clockKind
    unsafe header.pointee.start_ticks = startTicks
    unsafe header.pointee.start_monotonic = startMonotonic
    unsafe header.pointee.start_realtime = startRealtime
    unsafe header.pointee.anchor_ticks = startTicks
    unsafe header.pointee.anchor_monotonic = startMonotonic
    unsafe header.pointee.pid = pid
    unsafe header.pointee.process_start = processStart
    unsafe header.pointee.native_status = nativeStatus
    unsafe header.pointee.swift_layout_version = layoutVersion
    unsafe header.pointee.swift_task_size = taskSize
    unsafe header.pointee.executable = executable
    unsafe header.pointee.command = command
    unsafe header.pointee.state = UInt32(TP_REGION_LIVE.rawValue)
  }
}

/// What a reader accepts at most, and a writer keeps to.
///
/// The format's article lists them.
enum RecordingLimits {
  /// Bytes of a block's payload.
  static let payload = 16 << 20
  /// Parts of one keyframe.
  static let keyframeParts = 4096
  /// Events in one block: each takes at least two bytes.
  static let eventsInBlock = payload / 2
  /// Bytes of memory for the tables, up to the last slot that was used of each.
  ///
  /// A table may have room for more; what would use it is not played.
  static let tableBytes = 1 << 30
  /// Free slots after the last one in use that a keyframe may say were used before.
  static let freeSlots = 256
  /// Slots of any table.
  static let slots: UInt32 = 1 << 24
  /// Workers; an event names one in 16 bits.
  static let workers: UInt32 = 1 << 15
  /// Sites, and modules.
  static let areaEntries: UInt32 = 1 << 20
  /// Bytes of strings.
  static let stringBytes: UInt32 = 64 << 20
  /// Marks, and moments of status; later ones are not kept.
  static let moments = 1 << 20
  /// Resolved addresses; later ones are not kept.
  static let places = 1 << 20
  /// Bytes of a name or a path of a source location.
  static let placeText = 4096
  /// Entries of an index.
  ///
  /// A recording with more blocks has none and is scanned.
  static let indexEntries = 1 << 20
  /// Bytes that are taken from a pipe before what they say is looked at.
  static let pipePiece: UInt64 = 8 << 20
  /// Bytes that a recording must be allowed to have: with fewer, it would not even say what it is
  /// of.
  static let smallestSize: UInt64 = 4096
  /// Bytes that are kept of what comes through a pipe.
  static let spool: UInt64 = 64 << 30
}
