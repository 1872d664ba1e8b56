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
