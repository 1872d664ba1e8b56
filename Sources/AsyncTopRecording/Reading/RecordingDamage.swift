/// Why a recording can't be played to its end.
public struct RecordingDamage: Hashable, Sendable, CustomStringConvertible {
  /// Where, in bytes from the beginning of the recording.
  public let offset: UInt64
  /// What is wrong.
  public let message: String

  /// What is wrong and where.
  public var description: String { "\(message) (at byte \(offset)); it is played up to there" }
}
