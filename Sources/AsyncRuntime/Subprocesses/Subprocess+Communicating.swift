import AsyncTopBus

extension Subprocess {
  /// How much `communicate` takes of each stream if nothing else is said: 64 MiB.
  public static let usualOutputLimit = 64 * 1024 * 1024

  /// Writes its whole input, reads all its output, and waits until it has ended.
  ///
  /// That it does not read all of its input is no error. Waits also for the end of its output,
  /// which comes when all processes have closed it that it was handed on to.
  ///
  /// - Parameters:
  ///   - input: Is written to its standard input, which is then closed; must be empty if that is no
  ///     pipe.
  ///   - outputLimit: How many bytes may come of each stream.
  /// - Returns: What came of each stream that is a pipe, and how it has ended.
  /// - Throws: `StreamError.tooMuchOutput`, `IOError`, `CancellationError`. It goes on then, and
  ///   what has come stays in the readers: kill it, or call this again, with empty input.
  public nonisolated(nonsending) func communicate(
    input: [UInt8] = [], outputLimit: Int = usualOutputLimit,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (stdout: [UInt8]?, stderr: [UInt8]?, status: ExitStatus) {
    if watch.loop.isAway(#isolation) {
      return try await watch.loop.atHome {
        try await self.communicate(
          input: input, outputLimit: outputLimit, fileID: fileID, line: line)
      }
    }
    let site = Probe.site(fileID, line)
    if stdin == nil && !input.isEmpty {
      EventLoop.refuse(
        "communicate: there is input, but no pipe to write it to; start it with stdin: .pipe",
        fileID, line)
    }
    if !input.isEmpty { stdin?.write(input) }
    stdin?.close()
    if let stdout, let stderr {
      try await Self.receive(stdout.connection, stderr.connection, outputLimit, at: site)
    } else if let reader = stdout ?? stderr {
      try await Self.receive(reader.connection, outputLimit, at: site)
    }
    let status = try await watch.wait(at: site)
    return (stdout.map(Self.take), stderr.map(Self.take), status)
  }

  /// Writes text in UTF-8 as its whole input, reads all its output, and waits until it has ended.
  ///
  /// - Parameters:
  ///   - input: Is written to its standard input, which is then closed.
  ///   - outputLimit: How many bytes may come of each stream.
  /// - Returns: What came of each stream that is a pipe, and how it has ended.
  /// - Throws: As with input of bytes.
  public nonisolated(nonsending) func communicate(
    input: some StringProtocol, outputLimit: Int = usualOutputLimit,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (stdout: [UInt8]?, stderr: [UInt8]?, status: ExitStatus) {
    try await communicate(
      input: Array(input.utf8), outputLimit: outputLimit, fileID: fileID, line: line)
  }

  // Both at once: the program may wait for room in either.
  nonisolated(nonsending)
    private static func receive(
      _ first: Connection, _ second: Connection, _ limit: Int, at site: UInt32
    ) async throws
  {
    do {
      try await withAsyncTaskGroup { group in
        try group.createTask(name: "\(second.label)") {
          try await receive(second, limit, at: site)
        }
        try await receive(first, limit, at: site)
      }
    } catch let error as TaskGroupError {
      throw error.errors.first ?? error
    }
  }

  nonisolated(nonsending)
    private static func receive(
      _ connection: Connection, _ limit: Int, at site: UInt32
    ) async throws
  {
    while connection.input.count <= limit {
      guard try await connection.receive(atLeast: 1, at: site) else { return }
    }
    throw StreamError.tooMuchOutput(limit: limit)
  }

  private static func take(_ reader: StreamReader) -> [UInt8] {
    reader.connection.input.take(reader.connection.input.count)
  }
}
