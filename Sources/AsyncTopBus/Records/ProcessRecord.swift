/// The process of a session.
public struct ProcessRecord: Hashable, Sendable {
  /// Its id, as whoever looks at it has it; in a recording, that which it had for itself.
  public var id: Int32
  /// The path of its executable; untrusted.
  public var executable: String
  /// Its arguments joined by spaces; untrusted.
  public var command: String
  /// When the probe started in it, in nanoseconds since 1970.
  public var started: UInt64
  /// How much is seen of native tasks.
  public var nativeDetail: NativeDetail
  /// The version and task size that the Swift runtime gave for its layout.
  public var swiftLayout: (version: UInt32, taskSize: UInt32) {
    (layoutVersion, taskSize)
  }
  var layoutVersion: UInt32
  var taskSize: UInt32
  /// How many further copies of the probe there are in it, which report nothing.
  public var otherCopies: UInt32 = 0
  /// How it has come to its end; nil while it runs.
  public var ending: SessionEnding?
  /// Whether it still runs.
  public var isRunning: Bool { ending == nil }

  /// The executable's name without its folders.
  public var name: String {
    String(executable.split(separator: "/").last ?? Substring(executable))
  }
}

/// How a process that was looked at has come to its end.
public enum SessionEnding: Hashable, Sendable {
  /// It has ended.
  case exited
  /// It goes on as another program, whose name is untrusted: it executed that, or itself again.
  case replaced(by: String)
  /// Another program has cut the file of its region short, so that nothing is known of it any more.
  case cutShort
  /// It goes on without the probe, which was taken out of it.
  case ejected
}
