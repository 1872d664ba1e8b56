/// What is looked at: a process live, or a recording at a moment.
public protocol Session: AnyObject {
  /// The state at the session's moment: now, or where playback stands.
  func snapshot() -> Snapshot
}

extension LiveSession: Session {}
