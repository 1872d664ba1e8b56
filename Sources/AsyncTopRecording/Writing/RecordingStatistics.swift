/// What a recording holds so far.
public struct RecordingStatistics: Hashable, Sendable {
  /// Events written; while it goes on, also those gathered to be written.
  public var events: UInt64 = 0
  /// Events that were overwritten before they were read, or left out while the tables were copied
  /// anew.
  public var lostEvents: UInt64 = 0
  /// Events that made no sense and were left out.
  public var invalidEvents: UInt64 = 0
  /// Bytes written.
  public var bytes: UInt64 = 0
  /// Copies of the tables written.
  public var keyframes: UInt64 = 0
}
