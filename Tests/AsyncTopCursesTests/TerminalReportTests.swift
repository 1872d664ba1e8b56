import Glibc
import AsyncTopTerminal
import Testing

@testable import AsyncTopCurses

extension `A terminal` {
  @Suite struct `when it is reported on` {
    func report(
      _ pseudo: PseudoTerminal, environment: [String: String]
    ) -> TerminalReport {
      TerminalReport(
        input: pseudo.terminal, output: pseudo.terminal, environment: environment)
    }

    @Test func `says what is known about it and leaves it as it was`() throws {
      let pseudo = try PseudoTerminal(columns: 100, rows: 30)
      defer { pseudo.close() }
      let before = pseudo.modes
      pseudo.type("\u{1B}[?2026;2$y\u{1B}[?62;4c")
      let report = report(
        pseudo,
        environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"])
      #expect(report.isTerminal && report.isKnown && report.isUTF8)
      #expect(report.size == Size(columns: 100, rows: 30))
      #expect(report.colors.reason == "COLORTERM is truecolor")
      #expect(report.synchronizedOutput == .supported)
      #expect(pseudo.modes == before)
    }

    @Test(arguments: [
      ("\u{1B}[?2026;0$y\u{1B}[?62c", TerminalReport.SynchronizedOutput.unsupported),
      ("\u{1B}[?62c", .unsupported), ("", .unknown),
    ])
    func `says whether it shows frames in one go`(
      answer: String, support: TerminalReport.SynchronizedOutput
    ) throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      if !answer.isEmpty { pseudo.type(answer) }
      #expect(report(pseudo, environment: ["TERM": "xterm"]).synchronizedOutput == support)
    }

    @Test func `says what is not known`() throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      let unknown = report(pseudo, environment: ["TERM": "no-such-terminal", "LC_ALL": "xx_XX"])
      #expect(!unknown.isKnown && !unknown.isUTF8)
      let null = unsafe open("/dev/null", O_RDWR)
      defer { _ = Glibc.close(null) }
      let file = TerminalReport(input: null, output: null, environment: [:])
      #expect(!file.isTerminal && !file.isKnown && file.size == nil)
      #expect(file.synchronizedOutput == .unknown)
    }
  }
}
