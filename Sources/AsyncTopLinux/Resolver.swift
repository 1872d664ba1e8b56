import Glibc

/// The C library's resolver of names.
///
/// It blocks the thread while it asks the network.
public enum Resolver {
  /// The addresses of a host and a service, in the order in which they should be tried.
  ///
  /// - Parameters:
  ///   - host: A name or an address; nil means this machine.
  ///   - service: A port as a number or a service's name; nil means port 0.
  ///   - family: Only addresses of this one.
  ///   - kind: Only for sockets of this one.
  ///   - protocolNumber: Only for this protocol; 0 means any.
  ///   - flags: What else is asked for.
  /// - Returns: At least one address.
  /// - Throws: The resolver's reason.
  public static func addresses(
    of host: String?, service: String?, family: AddressFamily? = nil, kind: SocketKind? = .stream,
    protocolNumber: CInt = 0, flags: AddressFlags = []
  ) throws(AddressError) -> [AddressInfo] {
    // C would look up what it begins with.
    guard host?.utf8.contains(0) != true, service?.utf8.contains(0) != true else {
      throw error(EAI_NONAME, host ?? "")
    }
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = family?.rawValue ?? AF_UNSPEC
    unsafe hints.ai_socktype = kind?.rawValue ?? 0
    unsafe hints.ai_protocol = protocolNumber
    unsafe hints.ai_flags = flags.rawValue
    var first: UnsafeMutablePointer<addrinfo>?
    let status = unsafe getaddrinfo(host, service ?? "0", &hints, &first)
    guard status == 0 else { throw error(status, host ?? "") }
    defer { unsafe freeaddrinfo(first) }
    var found: [AddressInfo] = []
    var next = unsafe first
    while let info = unsafe next {
      if let address = unsafe info.pointee.ai_addr {
        found.append(
          AddressInfo(
            family: unsafe AddressFamily(rawValue: info.pointee.ai_family),
            kind: unsafe SocketKind(rawValue: info.pointee.ai_socktype),
            protocolNumber: unsafe info.pointee.ai_protocol,
            canonicalName: unsafe info.pointee.ai_canonname.map { unsafe String(cString: $0) },
            address: unsafe SocketAddress(copying: address, count: Int(info.pointee.ai_addrlen))))
      }
      unsafe next = info.pointee.ai_next
    }
    return found
  }

  /// The host and the service of an address.
  ///
  /// - Parameters:
  ///   - address: An IP address.
  ///   - flags: How they are named.
  /// - Returns: Both; what has no name is a number.
  /// - Throws: The resolver's reason.
  public static func names(
    of address: SocketAddress, flags: NameFlags = []
  ) throws(AddressError) -> (host: String, service: String) {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let status = unsafe address.withBytes { bytes, length in
      unsafe getnameinfo(
        bytes, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
        flags.rawValue)
    }
    guard status == 0 else { throw error(status, "\(address.description)") }
    return (text(host), text(service))
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func error(_ status: CInt, _ host: String) -> AddressError {
    let reason =
      status == EAI_SYSTEM ? "\(Errno.last)" : unsafe String(cString: gai_strerror(status))
    return AddressError(host: host, reason: reason, code: status)
  }
}
