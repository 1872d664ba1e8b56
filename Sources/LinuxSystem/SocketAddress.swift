import Glibc

/// An address of a socket: IPv4 or IPv6, with a port.
@safe
public struct SocketAddress: Sendable {
  private var storage = sockaddr_storage()
  private var length = socklen_t(0)

  init(filling fill: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> CInt) throws(Errno) {
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe fill($0, &length) }
    }
    guard status == 0 else { throw Errno.last }
    self.length = length
  }

  private init(_ info: addrinfo) {
    length = unsafe info.ai_addrlen
    let count = Int(length)
    unsafe withUnsafeMutableBytes(of: &storage) {
      unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: info.ai_addr, count: count))
    }
  }

  /// The addresses of a host, in the resolver's order.
  ///
  /// Blocks the thread while the resolver asks, unless the host is an address or in `/etc/hosts`.
  ///
  /// - Parameters:
  ///   - host: A name or an address; nil means any address, for a listener.
  ///   - port: The port; 0 lets the kernel choose one.
  /// - Returns: At least one address.
  /// - Throws: `AddressError`.
  public static func resolve(
    _ host: String?, port: UInt16
  ) throws(AddressError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICSERV | (host == nil ? AI_PASSIVE : 0)
    var first: UnsafeMutablePointer<addrinfo>?
    let status = unsafe getaddrinfo(host, String(port), &hints, &first)
    guard status == 0 else {
      let reason = unsafe String(cString: gai_strerror(status))
      throw AddressError(host: host ?? "", reason: reason)
    }
    defer { unsafe freeaddrinfo(first) }
    var addresses: [SocketAddress] = []
    var next = unsafe first
    while let info = unsafe next {
      unsafe addresses.append(SocketAddress(info.pointee))
      unsafe next = info.pointee.ai_next
    }
    return addresses
  }

  /// The address family, as `socket(2)` takes it.
  var family: CInt { CInt(storage.ss_family) }

  /// The port.
  public var port: UInt16 {
    unsafe withBytes { address, _ in
      unsafe UnsafeRawPointer(address).loadUnaligned(fromByteOffset: 2, as: UInt16.self).bigEndian
    }
  }

  func withBytes<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    unsafe withUnsafePointer(to: storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// The address as numbers, and the port: `127.0.0.1:80`, `[::1]:80`.
  public var description: String {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = unsafe withBytes { address, length in
      unsafe getnameinfo(
        address, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST | NI_NUMERICSERV)
    }
    guard status == 0 else { return "?" }
    let text = String(
      decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return family == AF_INET6 ? "[\(text)]:\(port)" : "\(text):\(port)"
  }
}
