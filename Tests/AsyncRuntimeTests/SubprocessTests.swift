import AsyncRuntime
import Foundation
import Testing

@Suite struct `Subprocesses` {
  private static func text(_ bytes: [UInt8]?) -> String {
    String(decoding: bytes ?? [], as: UTF8.self)
  }

  /// What a line for the shell writes.
  private static func output(
    of line: String, options: SubprocessOptions = SubprocessOptions()
  ) async throws -> String {
    let shell = try createSubprocessShell(line, stdout: .pipe, options: options)
    return text(try await shell.communicate().stdout)
  }

  @Test func `tell how they have ended`() async throws {
    try await onOwnLoop {
      let success = try createSubprocessExec("true")
      #expect(success.status == nil && success.returnCode == nil)
      #expect(try await success.wait() == .exited(0))
      #expect(success.status?.isSuccess == true && success.returnCode == 0)
      let failure = try createSubprocessExec("sh", ["-c", "exit 3"])
      #expect(try await failure.wait().returnCode == 3)
      #expect(try await failure.wait() == .exited(3))
      let killed = try createSubprocessShell("kill -TERM $$")
      let status = try await killed.wait()
      #expect(status == .killed(by: SIGTERM) && status.returnCode == -SIGTERM)
      #expect(killed.returnCode == -SIGTERM)
      #expect("\(status)" == "killed by TERM" && !status.isSuccess)
    }
  }

  @Test func `have their input fed and their output collected`() async throws {
    try await onOwnLoop {
      let child = try createSubprocessShell(
        "cat; echo oops >&2", stdin: .pipe, stdout: .pipe, stderr: .pipe)
      let result = try await child.communicate(input: Array("some input".utf8))
      #expect(Self.text(result.stdout) == "some input")
      #expect(Self.text(result.stderr) == "oops\n")
      #expect(result.status == .exited(0))
      let silent = try createSubprocessExec("cat", stdin: .pipe, stderr: .pipe)
      let nothing = try await silent.communicate()
      #expect(nothing.stdout == nil && nothing.stderr == [])
    }
  }

  @Test func `talk over pipes line by line`() async throws {
    try await onOwnLoop {
      let child = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe)
      for line in ["one\n", "two\n"] {
        child.stdin?.write(line.utf8)
        #expect(Self.text(try await child.stdout?.readLine()) == line)
      }
      child.stdin?.close()
      #expect(try await child.stdout?.readLine() == [])
      #expect(try await child.wait() == .exited(0))
    }
  }

  @Test func `have their streams merged, null, or in a file`() async throws {
    try await onOwnLoop {
      let merged = try createSubprocessShell(
        "echo a; echo b >&2; echo c", stdout: .pipe, stderr: .standardOutput)
      #expect(Self.text(try await merged.communicate().stdout) == "a\nb\nc\n")
      #expect(merged.stdin == nil && merged.stderr == nil)
      let empty = try createSubprocessShell(
        "cat; echo lost >&2", stdin: .null, stdout: .pipe, stderr: .null)
      #expect(try await empty.communicate().stdout == [])
      let path = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      for word in ["first", "second"] {
        let writing = try createSubprocessExec(
          "printf", ["\(word) "], stdout: .descriptor(file), stderr: .descriptor(file))
        try await writing.wait()
      }
      lseek(file, 0, SEEK_SET)
      let reading = try createSubprocessExec("cat", stdin: .descriptor(file), stdout: .pipe)
      #expect(Self.text(try await reading.communicate().stdout) == "first second ")
      close(file)
    }
  }

  @Test func `are piped together without a detour`() async throws {
    try await onOwnLoop {
      let words = try createSubprocessExec("printf", ["c\\nb\\na\\nb\\n"], stdout: .pipe)
      let sorted = try createSubprocessExec(
        "sort", stdin: .output(try #require(words.stdout)), stdout: .pipe)
      let unique = try createSubprocessExec(
        "uniq", stdin: .output(try #require(sorted.stdout)), stdout: .pipe)
      #expect(Self.text(try await unique.communicate().stdout) == "a\nb\nc\n")
      // It is theirs now.
      #expect(words.stdout?.isAtEnd == true)
      for program in [words, sorted] { try await program.wait() }
      // The first of a pipeline notices when the last has had enough.
      let endless = try createSubprocessExec("yes", stdout: .pipe)
      let first = try createSubprocessExec(
        "head", ["-n1"], stdin: .output(try #require(endless.stdout)), stdout: .pipe)
      #expect(Self.text(try await first.communicate().stdout) == "y\n")
      #expect(try await endless.wait() == .killed(by: SIGPIPE))
    }
  }

  @Test func `have the environment and the folder that they are given`() async throws {
    try await onOwnLoop {
      let options = SubprocessOptions(environment: ["A": "1"], workingDirectory: "/usr")
      let child = try createSubprocessExec("/usr/bin/env", stdout: .pipe, options: options)
      #expect(Self.text(try await child.communicate().stdout) == "A=1\n")
      #expect(try await Self.output(of: "pwd", options: options) == "/usr\n")
      unsafe setenv("ASYNCTOP_TEST_VARIABLE", "here", 1)
      #expect(try await Self.output(of: "echo $ASYNCTOP_TEST_VARIABLE") == "here\n")
    }
  }

  @Test func `are found in their own PATH and folder`() async throws {
    let folder = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/tool", withDestinationPath: "/bin/sh")
    try await onOwnLoop {
      let named = SubprocessOptions(environment: ["PATH": "/nowhere:\(folder)"])
      let child = try createSubprocessExec(
        "tool", ["-c", "echo $0"], stdout: .pipe, options: named)
      #expect(Self.text(try await child.communicate().stdout) == "tool\n")
      let local = SubprocessOptions(workingDirectory: folder)
      let other = try createSubprocessExec(
        "./tool", ["-c", "echo $0"], stdout: .pipe, options: local)
      #expect(Self.text(try await other.communicate().stdout) == "./tool\n")
    }
  }

  @Test func `that can't be started say what failed, and why`() async throws {
    try await onOwnLoop {
      func check(
        _ program: String, _ arguments: [String] = [], stdin: Subprocess.Input = .null,
        options: SubprocessOptions = SubprocessOptions(), fails operation: String,
        _ reason: Errno
      ) {
        do throws(IOError) {
          let child = try createSubprocessExec(
            program, arguments, stdin: stdin, stdout: .pipe, options: options)
          Issue.record("\(child.name) runs")
        } catch {
          #expect(error.operation == operation && error.reason == reason)
          #expect(error.subject == program.split(separator: "/").last ?? "")
          #expect(error.fileID.hasSuffix("SubprocessTests.swift"))
        }
      }
      check("no-such-program", fails: "execute", .noSuchFile)
      check("/no/such/program", fails: "execute", .noSuchFile)
      check("", fails: "execute", .noSuchFile)
      check("/etc/passwd", fails: "execute", .accessDenied)
      check("true", ["a\0b"], fails: "hand over the arguments of", .invalidArgument)
      check(
        "true", options: .init(environment: ["A=B": ""]), fails: "hand over the arguments of",
        .invalidArgument)
      check(
        "true", options: .init(workingDirectory: "/nowhere"), fails: "enter /nowhere for",
        .noSuchFile)
      check(
        "true", options: .init(processGroup: 1), fails: "set the process group of", .notPermitted)
      check("true", stdin: .descriptor(9999), fails: "set the descriptors of", .badDescriptor)
      check(
        "true", options: .init(passedDescriptors: [9999]), fails: "set the descriptors of",
        .badDescriptor)
    }
  }

  @Test func `begin sessions and process groups`() async throws {
    try await onOwnLoop {
      func groupAndSession(_ options: SubprocessOptions) async throws -> [Bool] {
        let child = try createSubprocessExec(
          "cat", ["/proc/self/stat"], stdout: .pipe, options: options)
        let fields = Self.text(try await child.communicate().stdout).split(separator: " ")
        return [fields[4] == "\(child.pid)", fields[5] == "\(child.pid)"]
      }
      let same = try await groupAndSession(SubprocessOptions())
      #expect(same == [false, false])
      let group = try await groupAndSession(.init(processGroup: 0))
      #expect(group == [true, false])
      let session = try await groupAndSession(.init(startsNewSession: true))
      #expect(session == [true, true])
    }
  }

  @Test func `get the descriptors that are named, and no others`() async throws {
    try await onOwnLoop {
      // Neither is closed on exec.
      let leaking = unsafe open("/dev/null", O_RDONLY)
      let passed = fcntl(leaking, F_DUPFD, 700)
      let child = try createSubprocessExec(
        "ls", ["/proc/self/fd"], stdin: .null, stdout: .pipe, stderr: .null,
        options: .init(passedDescriptors: [passed]))
      let numbers = Self.text(try await child.communicate().stdout)
        .split(separator: "\n").compactMap { Int32($0) }.sorted()
      // 3 is the folder that ls looks into.
      #expect(numbers == [0, 1, 2, 3, passed])
      #expect(fcntl(passed, F_GETFD) == 0)
      close(leaking)
      close(passed)
    }
  }

  @Test func `have no signal blocked`() async throws {
    try await onOwnLoop {
      var all = sigset_t()
      unsafe sigfillset(&all)
      unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
      let child = try createSubprocessExec("cat", ["/proc/self/status"], stdout: .pipe)
      let lines = Self.text(try await child.communicate().stdout).split(separator: "\n")
      #expect(lines.contains("SigBlk:\t0000000000000000"))
      #expect(lines.contains("SigCgt:\t0000000000000000"))
    }
  }

  @Test func `that read nothing break the pipe, not the program`() async throws {
    try await onOwnLoop {
      let big = [UInt8](repeating: 7, count: 1_000_000)
      let deaf = try createSubprocessExec("true", stdin: .pipe, stdout: .pipe)
      #expect(try await deaf.communicate(input: big).status == .exited(0))
    }
    // With SIGPIPE as the system has it, and nobody else who is about to start a program and has
    // the pipe until then.
    let run = try await Fixture.run("broken pipe")
    #expect(run.output == ["send pid  true stdin: Broken pipe"])
    #expect(run.status == 0)
  }
}
