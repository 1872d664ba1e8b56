import Glibc

/// Why the kernel does not let this process look into another one's memory, ptrace(2).
public enum TraceRefusal: Hashable, Sendable {
  /// The other process is another user's, and this one has no privilege.
  case otherUser
  /// `/proc/sys/kernel/yama/ptrace_scope` allows it to others only.
  case scope(Int)
  /// Something else: a capability that is missing, a filter of system calls, a security module, or
  /// the other process has forbidden it.
  case unknown

  /// Finds out why a process was refused.
  public init(of process: Int32) {
    let own = Int(geteuid())
    if own != 0, let owner = Self.owner(of: process), owner != own {
      self = .otherUser
    } else if own != 0, let scope = Self.scope, scope > 0 {
      self = .scope(scope)
    } else {
      self = Self.scope == 3 ? .scope(3) : .unknown
    }
  }

  /// The setting of the security module Yama; nil if the kernel has none.
  public static var scope: Int? {
    ProcessFiles.contents("/proc/sys/kernel/yama/ptrace_scope", limit: 8).flatMap {
      Int($0.prefix { $0.isNumber })
    }
  }

  private static func owner(of process: Int32) -> Int? {
    let text = ProcessFiles.kernelText("/proc/\(process)/status", limit: 16_384)
    let users = ProcessFiles.lines(of: text).lazy.compactMap { ProcessFiles.field("Uid:", of: $0) }
    return users.first?.split { $0 == "\t" || $0 == " " }.first.flatMap { Int($0) }
  }
}
