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

/// How much of Swift's native tasks the probe sees, and why not more.
public enum NativeDetail: UInt32, Hashable, Sendable {
  /// The probe has not looked yet.
  case notStarted = 0
  /// Everything: creation, polls, waits, completion.
  case full = 1
  /// Polls and waits, but no sites of creation and no timers: the Swift runtime is linked into the
  /// executable.
  case partial = 2
  /// Nothing: the program has no Swift concurrency runtime.
  case noRuntime = 3
  /// Nothing: the Swift runtime keeps its tasks in a way that this version does not know.
  case unknownLayout = 4
  /// Nothing: the first tasks seen contradicted the layout.
  case selfTestFailed = 5
  /// What can be seen from outside: the process has no probe, and its memory is read now and then.
  ///
  /// Nobody counts and times what its tasks do.
  case scanned = 6
}

/// An executable or library in the app's memory.
public struct ModuleRecord: Hashable, Sendable {
  /// What to add to an address in the file to get the address in memory.
  public let bias: UInt64
  /// The addresses in memory that it takes up.
  public let range: Range<UInt64>
  /// Where its file was when the app started.
  public let path: String
  /// The build ID of the file that was loaded (its note `NT_GNU_BUILD_ID`); empty if it has none.
  public let buildID: [UInt8]

  /// Makes a record.
  public init(bias: UInt64, range: Range<UInt64>, path: String, buildID: [UInt8] = []) {
    self.bias = bias
    self.range = range
    self.path = path
    self.buildID = buildID
  }
}
