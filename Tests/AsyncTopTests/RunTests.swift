import Foundation
import Glibc
import TestFixtures
import Testing

/// Programs that link nothing of ours, started by `asynctop run`.
@Suite struct `Programs that asynctop starts` {
  private let plain = Fixture.path(of: "PlainFixture").path

  /// The process that asynctop has started.
  private func child(of target: Target) throws -> String {
    try Waiting.answer("asynctop has started nothing") {
      let path = "/proc/\(target.id)/task/\(target.id)/children"
      let children = try String(contentsOfFile: path, encoding: .utf8)
      return children.split(separator: " ").first.map(String.init)
    }
  }

  /// Waits for a line of what asynctop and its program write.
  private func wait(for line: String, from target: Target) throws {
    try Waiting.answer("\(line) was not written: \(target.child.errors)") {
      target.child.output.contains(line) ? true : nil
    }
  }

  private func rows(_ id: String) throws -> [String] {
    try Command("ps", id).lines.filter { $0.contains(#/sleeper \d/#) }
  }

  @Test func `one is watched while it runs, and gets signals`() throws {
    let target = try Target([Command.path, "run", "--", plain, "sleepers"])
    try wait(for: "ready", from: target)
    let id = try child(of: target)
    try Waiting.answer("its tasks are not seen") { try rows(id).count == 3 ? true : nil }
    kill(target.child.id, SIGTERM)
    #expect(try target.child.wait() == 128 + SIGTERM)
    #expect(target.child.output == "ready\n")
    #expect(target.child.errors == "")
  }

  @Test func `its exit status is asynctop's`() throws {
    for status in [0, 3, 64, 255] {
      let command = try Command("run", "--", plain, "exit", "\(status)")
      #expect(command.status == status)
      #expect(command.output + command.errors == "")
    }
    #expect(try Command("run", "--", plain, "kill", "\(SIGKILL)").status == 128 + SIGKILL)
  }

  @Test func `a signal comes once`() throws {
    let target = try Target([Command.path, "run", "--", plain, "signals"])
    try wait(for: "ready\nready", from: target)
    kill(target.child.id, SIGINT)
    try wait(for: "INT", from: target)
    kill(target.child.id, SIGTERM)
    #expect(try target.child.wait() == 9)
    #expect(target.child.output == "ready\nready\nINT\nTERM\n")
  }

  @Test(arguments: [nil, "", "libc.so.6", "libc.so.6:libm.so.6", "libm.so.6 libc.so.6"])
  func `the environment is as without asynctop`(preloaded: String?) throws {
    let assignment = preloaded.map { "LD_PRELOAD='\($0)' " } ?? ""
    let both = try Command(
      shell:
        "\(assignment)\"$1\" environment; echo then; \(assignment)\"$A\" run -- \"$1\" environment",
      plain)
    let parts = both.output.split(separator: "then\n").map { part in
      // The shell names the program that it starts, and may become it.
      part.split(separator: "\n").filter { line in
        !["descriptors", "_=/", "SHLVL="].contains(where: line.contains)
      }
    }
    try #require(parts.count == 2)
    #expect(parts[0] == parts[1])
    let watched = both.output.split(separator: "then\n")[1]
    // The region and its observers' page, and nothing else of ours.
    #expect(watched.contains("descriptors /memfd:asynctop (deleted),/memfd:asynctop-obs"))
    #expect(!watched.contains("asynctop-probe"))
  }

  @Test func `a program without Swift is left alone, and asynctop says so`() throws {
    let echo = try Command("run", "--", "/bin/echo", "-n", "a  b")
    #expect(echo.status == 0)
    #expect(echo.output == "a  b")
    #expect(echo.errors.contains("echo is not watched: it does not use Swift's tasks"))
    #expect(echo.errors.contains("--follow"))
    let files = try Command("run", "--", "/bin/ls", "-l", "/proc/self/fd")
    #expect(files.status == 0)
    #expect(!files.output.contains("memfd"))
  }

  @Test func `children are watched only if that is asked for`() throws {
    let words = ["--", "/bin/sh", "-c", "\"$0\" sleepers; exit 5", plain]
    let target = try Target([Command.path, "run", "--follow"] + words)
    try wait(for: "ready", from: target)
    let shell = try child(of: target)
    let children = try String(
      contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    let id = String(try #require(children.split(separator: " ").first))
    try Waiting.answer("its tasks are not seen") { try rows(id).count == 3 ? true : nil }
    #expect(try Command("ps", shell).status == 1)
    kill(try #require(pid_t(id)), SIGTERM)
    #expect(try target.child.wait() == 5)
    #expect(!target.child.errors.contains("asynctop"))

    let other = try Target([Command.path, "run"] + words)
    try wait(for: "ready", from: other)
    let parent = try child(of: other)
    let plainly = try String(
      contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
    let unseen = String(try #require(plainly.split(separator: " ").first))
    #expect(try Command("ps", unseen, "--json").listing().process.scanned)
    kill(try #require(pid_t(unseen)), SIGTERM)
    #expect(try other.child.wait() == 5)
    #expect(other.child.errors.contains("--follow"))
  }

  @Test func `what is preloaded needs nothing but the C library, and stays for children`() throws {
    let scratch = try Scratch()
    let command = try Command(
      "run", "--follow", "--", "/usr/bin/env", environment: ["XDG_CACHE_HOME": scratch.path])
    let entry = try #require(command.lines.first { $0.hasPrefix("LD_PRELOAD=") })
    let path = String(entry.dropFirst("LD_PRELOAD=".count))
    #expect(path.hasPrefix("\(scratch.path)/asynctop/libasynctop-probe-"))
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o755)
    let needed = try Command(shell: "readelf -d \"$1\" | grep NEEDED", path)
    // The loader has the variables of threads.
    #expect(needed.lines.allSatisfy { $0.contains("[libc.so.6]") || $0.contains("[ld-linux-") })
    let identity = try Command(shell: "readelf -n \"$1\"", path)
    let id = path.split(separator: "-").last?.split(separator: ".").first ?? "none"
    #expect(identity.output.contains("Build ID: \(id)"))
  }

  @Test func `a program that has the probe itself has one region, and is counted once`() throws {
    let alone = try Target([Fixture.path(of: "NamesFixture").path])
    let target = try Target([Command.path, "run", "--", Fixture.path(of: "NamesFixture").path])
    let id = try child(of: target)
    func summary(_ id: String) throws -> [String] {
      try Waiting.answer("\(id) has no tasks") { () -> [String]? in
        let command = try Command("ps", id, "--json")
        guard command.status == 0 else { return nil }
        let tasks = (try command.listing().tasks ?? []).map { $0.name ?? "" }
        return tasks.isEmpty ? nil : tasks.sorted()
      }
    }
    try Waiting.answer("the same tasks are not there") {
      try summary(id) == summary(alone.id) ? true : nil
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd")
      .compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/fd/\($0)")
      }
    #expect(files.count { $0 == "/memfd:asynctop (deleted)" } == 1)
    kill(target.child.id, SIGTERM)
    try target.child.wait()
  }

  @Test func `it is recorded from its first task on`() throws {
    let scratch = try Scratch()
    let file = scratch.file("run.asyncrec")
    let command = try Command("run", "--record", file, "--", plain, "burst", "500")
    #expect(command.status == 0)
    #expect(command.errors.contains("recorded"), "\(command.errors)")
    let played = try Command("ps", file, "--json")
    #expect(played.status == 0, "\(played.errors)")
  }

  @Test func `one that is stopped at its start begins when it is let go`() throws {
    let target = try Target([Command.path, "run", "--wait", "--", plain, "sleepers"])
    try Waiting.answer("asynctop says nothing") {
      target.child.errors.contains("stands before its first line") ? true : nil
    }
    let id = try child(of: target)
    #expect(try Command("ps", id).status == 0)
    #expect(target.child.output == "")
    kill(try #require(pid_t(id)), SIGCONT)
    try wait(for: "ready", from: target)
    kill(target.child.id, SIGTERM)
    #expect(try target.child.wait() == 128 + SIGTERM)
  }

  @Test func `what can't have the probe is told`() throws {
    let off = try Command("run", "--", plain, "exit", "2", environment: ["ASYNCTOP": "off"])
    #expect(off.status == 2)
    #expect(off.errors.contains("ASYNCTOP=off is set"))
    let missing = try Command("run", "--", "/nonexistent/program")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("/nonexistent/program can't be started"))
    let both = try Command("run", "--follow", "--wait", "--", plain, "exit", "0")
    #expect(both.status == 2)
  }

  @Test func `what it writes goes into a file`() throws {
    let scratch = try Scratch()
    let file = scratch.file("output.txt")
    let command = try Command("run", "--output", file, "--", "/bin/echo", "hello")
    #expect(command.output == "")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "hello\n")
  }
}
