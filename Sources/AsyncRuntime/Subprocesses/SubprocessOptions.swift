/// How a subprocess is started.
public struct SubprocessOptions: Sendable {
  /// All its variables; nil for those of this process.
  public var environment: [String: String]?
  /// Its working directory, from which also a relative path of the program is looked up; nil for
  /// that of this process.
  public var workingDirectory: String?
  /// Whether it begins a session, without a terminal, and so a process group.
  public var startsNewSession: Bool
  /// The process group that it joins: 0 for one of its own; nil for that of this process.
  ///
  /// A terminal sends the signals of its keys to a whole group.
  public var processGroup: Int32?
  /// Open files that it keeps, by their numbers, besides the standard streams.
  ///
  /// It gets no others, whether or not they are closed on exec.
  public var passedDescriptors: [Int32]
  /// The longest line of its readers, in bytes.
  public var lineLimit: Int

  /// Makes options.
  ///
  /// - Parameters:
  ///   - environment: All its variables; nil for those of this process.
  ///   - workingDirectory: Where it works; nil for where this process does.
  ///   - startsNewSession: Whether it begins a session.
  ///   - processGroup: The group that it joins, 0 for one of its own; nil for that of this process.
  ///   - passedDescriptors: Open files that it keeps besides the standard streams.
  ///   - lineLimit: The longest line of its readers, in bytes.
  public init(
    environment: [String: String]? = nil, workingDirectory: String? = nil,
    startsNewSession: Bool = false, processGroup: Int32? = nil, passedDescriptors: [Int32] = [],
    lineLimit: Int = StreamReader.usualLineLimit
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.startsNewSession = startsNewSession
    self.processGroup = processGroup
    self.passedDescriptors = passedDescriptors
    self.lineLimit = lineLimit
  }
}
