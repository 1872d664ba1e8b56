import Glibc

/// An address of a socket: IPv4 or IPv6 with a port, or a unix socket's path or abstract name.
@safe
public struct SocketAddress: Sendable {
  private var storage = sockaddr_storage()
  private var length = socklen_t(0)

  /// Lets a system call fill it.
  init(filling fill: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> CInt) throws(Errno) {
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe fill($0, &length) }
    }
    guard status >= 0 else { throw Errno.last }
    self.length = min(length, socklen_t(MemoryLayout<sockaddr_storage>.size))
  }

  init(copying source: UnsafeRawPointer, count: Int) {
    let count = min(count, MemoryLayout<sockaddr_storage>.size)
    length = socklen_t(count)
    unsafe withUnsafeMutableBytes(of: &storage) {
      unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: count))
    }
  }

  /// An IP address written as numbers, such as `127.0.0.1`, `::1` or `fe80::1%eth0`.
  ///
  /// Never asks a resolver.
  ///
  /// - Parameters:
  ///   - host: The address; nil if it is anything else.
  ///   - port: The port; 0 lets the kernel choose one.
  public init?(_ host: String, port: UInt16) {
    guard
      let found = try? Resolver.addresses(
        of: host, service: String(port), flags: [.numericHost, .numericService]
      ).first
    else { return nil }
    self = found.address
  }

  /// The address of a unix socket, unix(7).
  ///
  /// - Parameter path: A path in the file system, or `\0` and an abstract name, which belongs to no
  ///   file and is gone with its last socket.
  /// - Throws: `nameTooLong` beyond 107 bytes, `invalidArgument` if it is empty or has a `\0`
  ///   within the path.
  public init(path: String) throws(Errno) {
    let bytes = Array(path.utf8)
    let isAbstract = bytes.first == 0
    guard !bytes.isEmpty, isAbstract || !bytes.contains(0) else { throw .invalidArgument }
    let start = MemoryLayout<sa_family_t>.size
    guard bytes.count <= MemoryLayout<sockaddr_un>.size - start - (isAbstract ? 0 : 1) else {
      throw .nameTooLong
    }
    storage.ss_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &storage) {
      for (index, byte) in bytes.enumerated() { unsafe $0[start + index] = byte }
    }
    // A path ends with a null byte; an abstract name with its length.
    length = socklen_t(start + bytes.count + (isAbstract ? 0 : 1))
  }

  /// The address family.
  public var family: AddressFamily { AddressFamily(rawValue: CInt(storage.ss_family)) }

  /// The port; 0 of a unix socket.
  public var port: UInt16 {
    guard family == .ipv4 || family == .ipv6 else { return 0 }
    return unsafe withBytes { address, _ in
      unsafe UnsafeRawPointer(address).loadUnaligned(fromByteOffset: 2, as: UInt16.self).bigEndian
    }
  }

  /// The path of a unix socket, an abstract name with a leading `\0`; nil if it is none or has no
  /// name.
  public var path: String? {
    let start = MemoryLayout<sa_family_t>.size
    guard family == .unix, length > start else { return nil }
    return unsafe withUnsafeBytes(of: storage) { bytes in
      let name = unsafe bytes[start..<Int(length)]
      if unsafe name.first == 0 { return unsafe String(decoding: name, as: UTF8.self) }
      return unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The IP address as numbers; nil of a unix socket.
  public var host: String? {
    guard family == .ipv4 || family == .ipv6 else { return nil }
    return try? Resolver.names(of: self, flags: [.numericHost, .numericService]).host
  }

  func withBytes<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    unsafe withUnsafePointer(to: storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}

extension SocketAddress: Hashable {
  /// Whether two addresses are the same, byte for byte.
  public static func == (left: SocketAddress, right: SocketAddress) -> Bool {
    unsafe withUnsafeBytes(of: left.storage) { left in
      unsafe withUnsafeBytes(of: right.storage) { right in unsafe left.elementsEqual(right) }
    } && left.length == right.length
  }

  /// Feeds the address to a hasher.
  public func hash(into hasher: inout Hasher) {
    unsafe withUnsafeBytes(of: storage) {
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[..<Int(length)]))
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// For people: `127.0.0.1:80`, `[::1]:80`, `/run/app.sock`, `@abstract`, `unnamed`.
  public var description: String {
    if family == .unix {
      guard let path else { return "unnamed" }
      return path.utf8.first == 0 ? "@\(path.dropFirst())" : path
    }
    guard let host else { return "?" }
    return family == .ipv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

/// What kind of address a socket has.
public struct AddressFamily: RawRepresentable, Hashable, Sendable {
  /// The kernel's number, as `socket(2)` takes it.
  public var rawValue: CInt

  /// A family by the kernel's number.
  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// `AF_INET`: a 32-bit address and a port.
  public static let ipv4 = AddressFamily(rawValue: AF_INET)
  /// `AF_INET6`: a 128-bit address and a port.
  public static let ipv6 = AddressFamily(rawValue: AF_INET6)
  /// `AF_UNIX`: a path in the file system, an abstract name, or nothing.
  public static let unix = AddressFamily(rawValue: AF_UNIX)
}
