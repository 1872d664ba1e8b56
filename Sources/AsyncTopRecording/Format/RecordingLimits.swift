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
  /// Resolved places; later ones are not kept.
  static let places = 1 << 20
  /// Bytes of a name or a path of a place.
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
