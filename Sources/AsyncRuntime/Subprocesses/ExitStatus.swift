import AsyncTopLinux

/// How a subprocess has ended.
@nonexhaustive
public enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
  /// It exited, with a code from 0 to 255; 0 means success.
  case exited(Int32)
  /// A signal killed it.
  case killed(by: Int32)
  /// It has ended, but something else in this process has asked the kernel for its status first, or
  /// ignores `SIGCHLD`.
  case unknown

  init(_ end: ProcessEnd) {
    switch end {
    case .exited(let code): self = .exited(code)
    case .killed(let signal): self = .killed(by: signal)
    }
  }

  /// Whether it exited with 0.
  public var isSuccess: Bool { self == .exited(0) }

  /// The number that asyncio has for it: the code it exited with, minus the signal that killed it,
  /// or 255 if it is unknown.
  public var returnCode: Int32 {
    switch self {
    case .exited(let code): code
    case .killed(let signal): -signal
    case .unknown: 255
    }
  }

  /// For people: `exited with 1`, `killed by TERM`.
  public var description: String {
    switch self {
    case .exited(let code): "exited with \(code)"
    case .killed(let signal): "killed by \(ProcessSignals.name(of: signal))"
    case .unknown: "ended, nobody knows how"
    }
  }
}
