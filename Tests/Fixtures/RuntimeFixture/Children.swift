import AsyncRuntime
import Foundation

/// What many subprocesses leave behind.
@MainActor
enum Children {
  nonisolated static func main() throws {
    signal(SIGPIPE, SIG_DFL)
    let lines = try AsyncRuntime.run {
      // Whatever is opened once and kept.
      _ = try await visit(0)
      let before = descriptors()
      var (ended, answered) = (0, 0)
      let visits = (1...300).map { number in createTask { try await visit(number) } }
      for visit in visits {
        let (status, answer) = try await visit.value
        if status == .exited(0) || status == .killed(by: SIGKILL) { ended += 1 }
        if answer { answered += 1 }
      }
      return [
        "\(ended) ended, \(answered) answered", "descriptors +\(descriptors() - before)",
        "children \(children())",
      ]
    }
    for line in lines { print(line) }
  }

  nonisolated static func brokenPipe() throws {
    signal(SIGPIPE, SIG_DFL)
    try AsyncRuntime.run {
      let child = try createSubprocessExec("true", stdin: .pipe)
      try await child.wait()
      child.stdin?.write([1])
      do {
        try await child.stdin?.drain()
      } catch let error as IOError {
        print("\(error.operation) \(error.subject.filter { !$0.isNumber }): \(error.reason)")
      }
    }
  }

  // What was written just before the end; a child prints it.
  nonisolated static func lastWords() throws {
    try AsyncRuntime.run {
      let (ours, theirs) = try Socket.pair()
      // For the child, which would not wait for it.
      _ = fcntl(theirs.number, F_SETFL, 0)
      _ = try createSubprocessExec("cat", stdin: .descriptor(theirs.number))
      let (_, writer) = try openConnection(socket: ours)
      writer.write("farewell\n".utf8)
      exit(0)
    }
  }

  // A third each: one that answers, one that is killed, one that can't be started.
  private static func visit(_ number: Int) async throws -> (ExitStatus, Bool) {
    switch number % 3 {
    case 0:
      let child = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe, stderr: .pipe)
      let text = Array("number \(number)".utf8)
      let result = try await child.communicate(input: text)
      return (result.status, result.stdout == text && result.stderr == [])
    case 1:
      let child = try createSubprocessExec("sleep", ["600"], stdin: .pipe, stdout: .pipe)
      try child.kill()
      return (try await child.wait(), true)
    default:
      do {
        _ = try createSubprocessExec("/no/such/program", stdin: .pipe, stdout: .pipe)
        return (.unknown, false)
      } catch {
        return (.exited(0), error.reason == .noSuchFile)
      }
    }
  }

  private static func descriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
  }

  // Also those that have ended and were not asked how.
  private static func children() -> Int {
    let path = "/proc/self/task/\(getpid())/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? "?"
    return text.split(separator: " ").count
  }
}
