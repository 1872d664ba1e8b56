import AsyncRuntime

struct SubprocessGuide {
  static func main() throws {
    try run {
      // All that it writes, and how it has ended.
      let sort = try Subprocess("sort", ["-r"], stdin: .pipe, stdout: .pipe)
      let (output, _, status) = try await sort.communicate(input: "a\nb\n")
      print(String(decoding: output ?? [], as: UTF8.self).split(separator: "\n"), status)

      // What one writes the other reads, without a detour through this program.
      let numbers = try Subprocess("seq", ["100000"], stdout: .pipe)
      guard let stream = numbers.stdout else { return }
      let counter = try Subprocess("wc", ["-l"], stdin: .output(stream), stdout: .pipe)
      while let line = try await counter.stdout?.nextLine() { print(line, "lines") }
      print(try await numbers.wait(), try await counter.wait())

      // A question, an answer.
      let cat = try Subprocess("cat", stdin: .pipe, stdout: .pipe)
      for word in ["ask", "again"] {
        try await cat.stdin?.sendLine(word)
        print(try await cat.stdout?.nextLine() ?? "it has ended")
      }
      cat.stdin?.close()
      try await cat.wait()

      // One that takes too long.
      let slow = try Subprocess(shell: "exec sleep 60")
      do {
        _ = try await withTimeout(.milliseconds(50)) { try await slow.wait() }
      } catch is TimeoutError {
        try slow.terminate()
        print(try await slow.wait())
      }
    }
  }
}
