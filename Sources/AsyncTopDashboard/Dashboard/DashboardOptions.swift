public import AsyncTopBus
import AsyncTopTerminal

/// What a dashboard is made with.
public struct DashboardOptions {
  /// How it looks.
  public var look: Look
  /// Which keys do what.
  public var keys: KeyMap
  /// Turns addresses of the app into places; nil if only reported places are shown.
  public var resolver: (any AddressResolver)?
  /// The recording that is played; nil for a live session.
  public var playback: (any PlaybackControls)?
  /// The program that was started to be watched; nil if it was there.
  public var program: (any StartedProgram)?
  /// What has to come before there is something to show, in words.
  public var awaited = "the first sample"

  /// Makes options.
  public init(
    look: Look = .standard, keys: KeyMap = .standard, resolver: (any AddressResolver)? = nil,
    playback: (any PlaybackControls)? = nil
  ) {
    self.look = look
    self.keys = keys
    self.resolver = resolver
    self.playback = playback
  }
}

/// What whoever runs a dashboard must do after an input.
public enum Effect: Hashable, Sendable {
  /// Leave; with the signal that asked for it, if one did.
  case quit(signal: Int32?)
  /// Give the terminal back and stop, as the shell expects of C-z.
  case suspend
  /// Draw all again, also what has not changed.
  case redraw
  /// The session is at another moment: take a snapshot now.
  case sample
  /// Ask the app for events, or no longer: for the polls of the task that is looked at.
  case observe(task: UInt64?)
}

/// What the dashboard itself costs.
public struct OwnCost: Hashable, Sendable {
  /// Nanoseconds for the last snapshot.
  public var sample: UInt64
  /// Nanoseconds for the last picture.
  public var frame: UInt64

  /// Makes a cost.
  public init(sample: UInt64 = 0, frame: UInt64 = 0) {
    self.sample = sample
    self.frame = frame
  }
}
