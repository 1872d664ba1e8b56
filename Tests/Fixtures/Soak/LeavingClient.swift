import Glibc

/// A client that takes some bytes and leaves; it blocks its thread.
enum LeavingClient {
  /// Visits a port of this machine.
  static func visit(_ port: UInt16, _ count: Int, resets: Bool) {
    let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    guard number >= 0 else { return }
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
    guard status == 0 else { return }
    // Whoever sends gets a broken pipe then, and not a reset.
    if count.isMultiple(of: 2) { shutdown(number, CInt(SHUT_WR)) }
    var value = linger(l_onoff: resets ? 1 : 0, l_linger: 0)
    unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    // The server may have no descriptor for it, in a shortage.
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    unsafe setsockopt(
      number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var buffer = [UInt8](repeating: 0, count: 20_000)
    var left = count
    while left > 0 {
      let got = unsafe read(number, &buffer, min(left, buffer.count))
      if got <= 0 { return }
      left -= got
    }
  }
}
