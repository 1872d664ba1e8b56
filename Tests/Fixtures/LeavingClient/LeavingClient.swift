import Glibc

/// A client that takes some bytes and leaves; it blocks its thread.
public enum LeavingClient {
  /// How long it waits for bytes, in seconds: a server may have no descriptor for it, in a
  /// shortage.
  private static let patience = 5

  /// Visits a port of this machine.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - count: How many bytes it takes.
  ///   - endsFirst: Whether it ends to send first. Whoever sends to it gets a broken pipe then, and
  ///     not a reset.
  ///   - resets: Whether it leaves with a reset.
  /// - Returns: Whether it was let in.
  @discardableResult
  public static func visit(
    _ port: UInt16, takes count: Int, endsFirst: Bool, resets: Bool
  ) -> Bool {
    let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    guard number >= 0 else { return false }
    defer { close(number) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = unsafe withUnsafePointer(to: address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(number, $0, size)
      }
    }
    guard status == 0 else { return false }
    if endsFirst { shutdown(number, CInt(SHUT_WR)) }
    var value = linger(l_onoff: resets ? 1 : 0, l_linger: 0)
    unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    unsafe setsockopt(
      number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    read(number, count)
    return true
  }

  /// Reads so many bytes from a descriptor, fewer if no more come.
  public static func read(_ number: Int32, _ count: Int) {
    var buffer = [UInt8](repeating: 0, count: 20_000)
    var left = count
    while left > 0 {
      let got = unsafe Glibc.read(number, &buffer, min(left, buffer.count))
      if got <= 0 { return }
      left -= got
    }
  }
}
