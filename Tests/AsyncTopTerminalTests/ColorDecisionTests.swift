import AsyncTopTerminal
import Testing

@Suite struct `The number of colours` {
  typealias Case = (environment: [String: String], depth: ColorDepth, reason: String)

  static let cases: [Case] = [
    ([:], .none, "TERM is not set"),
    (["TERM": "dumb", "COLORTERM": "truecolor"], .none, "TERM is dumb"),
    (["TERM": "xterm-256color"], .palette256, "TERM is xterm-256color"),
    (["TERM": "xterm-256color", "COLORTERM": "truecolor"], .trueColor, "COLORTERM is truecolor"),
    (["TERM": "xterm", "COLORTERM": "24bit"], .trueColor, "COLORTERM is 24bit"),
    (["TERM": "xterm", "COLORTERM": "yes"], .sixteen, "TERM is xterm"),
    (["TERM": "xterm-kitty"], .trueColor, "TERM is xterm-kitty"),
    (["TERM": "xterm-direct"], .trueColor, "TERM is xterm-direct"),
    (["TERM": "linux"], .sixteen, "TERM is linux"),
    (["TERM": "vt100"], .none, "TERM is vt100"),
    (["TERM": "xterm-mono"], .none, "TERM is xterm-mono"),
    (
      ["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"], .none,
      "NO_COLOR is set"
    ),
    (["TERM": "xterm-256color", "NO_COLOR": ""], .palette256, "TERM is xterm-256color"),
    (
      ["TERM": "screen-256color", "COLORTERM": "truecolor"], .palette256,
      "TERM is screen-256color"
    ),
    (
      ["TERM": "screen-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/x"], .trueColor,
      "COLORTERM is truecolor"
    ),
  ]

  @Test(arguments: cases.indices)
  func `follows the environment and says what decided`(index: Int) {
    let wanted = Self.cases[index]
    let decision = ColorDecision(requested: nil, environment: wanted.environment)
    #expect(decision == ColorDecision(depth: wanted.depth, reason: wanted.reason))
  }

  @Test(arguments: ColorDepth.allCases)
  func `is what was asked for, whatever the environment says`(depth: ColorDepth) {
    let decision = ColorDecision(
      requested: depth, environment: ["TERM": "vt100", "NO_COLOR": "1", "COLORTERM": "truecolor"])
    #expect(decision.depth == depth)
    #expect(decision.reason == "--color \(depth) was given")
    #expect(ColorDepth(name: depth.description) == depth)
  }

  @Test func `auto is no number`() {
    #expect(ColorDepth(name: "auto") == nil)
    #expect(ColorDepth(name: "8") == nil)
  }
}
