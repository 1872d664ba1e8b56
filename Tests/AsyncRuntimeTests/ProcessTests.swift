import AsyncRuntime
import Foundation
import Testing

/// What can only be seen from outside of the process.
@Suite struct `A process` {
  @Test func `outlives clients that leave at any byte`() async throws {
    let run = try await Fixture.run("departures")
    #expect(run.status == 0)
    #expect(
      run.output == [
        "stream: 150 clients", "transport: 150 clients", "socket: 150 clients",
        "pipe: 20 readers", "standard error: 20 readers",
      ])
  }

  private func report(_ name: String, _ redirections: String) throws -> (String, Int32) {
    let report = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: report) }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let fixture = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "RuntimeFixture").path
    process.arguments = ["-c", "exec \"$0\" \"$1\" \(redirections)", fixture, name]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["REPORT": report, "ASYNCTOP": "off"]
    ) { $1 }
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return ((try? String(contentsOfFile: report, encoding: .utf8)) ?? "", process.terminationStatus)
  }

  @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
  func `opens nothing under the numbers of standard streams that are closed`(
    redirections: String
  ) async throws {
    let (text, status) = try await Runner.onOwnThread {
      try report("low descriptors", redirections)
    }
    #expect(status == 0)
    #expect(
      text == """
        others true
        said, exited with 0
        child: out in, err, closed as here true
        """)
  }

  @Test(arguments: [
    "<file", "</dev/null", "<file >copy", "<file | cat", "<file >>copy", "| cat", "<folder",
  ])
  func `reads and writes whatever its standard streams are`(redirections: String) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appending(path: "folder"), withIntermediateDirectories: true)
    let text = String(repeating: "0123456789", count: 30_000)
    try text.write(to: folder.appending(path: "file"), atomically: true, encoding: .utf8)
    let fixture = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "RuntimeFixture").path
    let input = redirections.hasPrefix("|") ? "cat file | " : ""
    let line = "\(input)\"$0\" 'standard input' \(redirections)"
    let (out, errors) = try await Runner.onOwnThread {
      try Self.shell(line, [fixture], in: folder)
    }
    if redirections == "<folder" {
      #expect(errors.contains("Is a directory"))
      return
    }
    let copy = try? String(contentsOf: folder.appending(path: "copy"), encoding: .utf8)
    #expect(out + (copy ?? "") == (redirections == "</dev/null" ? "" : text))
    #expect(errors == "during: true\nafter: true\n")
  }

  @Test func `leaves a terminal as it was, also if it exits in the middle`() async throws {
    // A pseudoterminal, of which the program has a socket's end as well; and the flags afterwards.
    let fixture = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "RuntimeFixture").path
    try await onOwnLoop {
      var pair: [Int32] = [-1, -1]
      unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair)
      let child = try createSubprocessExec(
        fixture, ["standard input"], stdin: .descriptor(pair[0]), stdout: .descriptor(pair[0]),
        stderr: .pipe,
        options: SubprocessOptions(
          environment: ProcessInfo.processInfo.environment.merging(["EXITS": "1"]) { $1 }))
      _ = unsafe write(pair[1], "abc", 3)
      shutdown(pair[1], CInt(SHUT_WR))
      #expect(try await child.wait() == .exited(3))
      #expect(fcntl(pair[0], F_GETFL) & O_NONBLOCK == 0)
      for number in pair { close(number) }
    }
  }

  private static func shell(
    _ line: String, _ words: [String], in folder: URL
  ) throws -> (out: String, errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.currentDirectoryURL = folder
    process.arguments = ["-c", line] + words
    let (out, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = out
    process.standardError = errors
    try process.run()
    let text = out.fileHandleForReading.readDataToEndOfFile()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: text, as: UTF8.self), String(decoding: said, as: UTF8.self))
  }

  @Test(arguments: ["yes", "no"])
  func `starts others without close_range`(hasList: String) async throws {
    let run = try await Fixture.run("old kernel", environment: ["LIST": hasList])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output == ["exited with 0, as named true", "exited with 0"])
  }
}
