public import AsyncTopBus

/// The recent polls of one task of a recording, up to where its playback stands.
///
/// It plays the events by itself, on tables of its own, and so does not move the playback.
public final class RecordedPolls {
  /// How many events it looks back at most.
  static let reach: UInt64 = 1 << 18

  private let task: UInt64
  private let scout: Playback
  private let reach: UInt64
  private var hasBegun = false

  /// Measures the polls of a task.
  ///
  /// - Throws: `noMemory` if there is no address space for its tables.
  public convenience init(of task: UInt64, in recording: Recording) throws(RecordingError) {
    try self.init(of: task, in: recording, reach: Self.reach)
  }

  init(of task: UInt64, in recording: Recording, reach: UInt64) throws(RecordingError) {
    self.task = task
    self.reach = reach
    scout = try Playback(recording)
  }

  /// Goes to where the playback stands.
  ///
  /// Elsewhere than a little further on, this takes about as long as a seek and playing as many
  /// events as it looks back.
  ///
  /// - Parameter position: How many events have happened.
  /// - Returns: The polls that have ended since the position of the last call; all within reach, if
  ///   that was later or too far away.
  public func advance(to position: UInt64) -> NewPolls {
    let first = position -| reach
    let startsOver = !hasBegun || position < scout.position || first > scout.position
    if startsOver {
      scout.seek(toPosition: first)
      scout.measurePolls(of: task)
      hasBegun = true
    }
    scout.play(toPosition: position)
    return NewPolls(
      durations: scout.takePolls().map(scout.recording.clock.nanoseconds), startsOver: startsOver)
  }
}
