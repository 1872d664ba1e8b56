/// Where playback shall stand: as late as possible, but not after this many events nor this moment.
///
/// Of events that are not in the order of their moments, those after the first one that is too late
/// do not count. So a goal always means the same state, wherever playback comes from.
struct PlaybackGoal {
  var position: UInt64 = .max
  var ticks: UInt64 = .max
}
