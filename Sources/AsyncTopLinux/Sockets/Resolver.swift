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

/// One of the addresses that a resolver found.
public struct AddressInfo: Sendable {
  /// The family to make a socket of.
  public var family: AddressFamily
  /// The kind to make a socket of.
  public var kind: SocketKind
  /// The protocol's number, as `socket(2)` takes it.
  public var protocolNumber: CInt
  /// The host's official name, with the first address, if it was asked for.
  public var canonicalName: String?
  /// The address.
  public var address: SocketAddress
}

/// What a resolver is asked for, getaddrinfo(3).
public struct AddressFlags: OptionSet, Sendable {
  /// The C library's bits.
  public var rawValue: CInt

  /// Flags by the C library's bits.
  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// `AI_PASSIVE`: no host means any address, for a listener.
  public static let passive = AddressFlags(rawValue: AI_PASSIVE)
  /// `AI_CANONNAME`: the host's official name too.
  public static let canonicalName = AddressFlags(rawValue: AI_CANONNAME)
  /// `AI_NUMERICHOST`: the host is an address as numbers; nothing is looked up.
  public static let numericHost = AddressFlags(rawValue: AI_NUMERICHOST)
  /// `AI_NUMERICSERV`: the service is a port as a number.
  public static let numericService = AddressFlags(rawValue: AI_NUMERICSERV)
  /// `AI_ADDRCONFIG`: only families of which this machine has an address.
  public static let configuredOnly = AddressFlags(rawValue: AI_ADDRCONFIG)
}

/// How a resolver names an address, getnameinfo(3).
public struct NameFlags: OptionSet, Sendable {
  /// The C library's bits.
  public var rawValue: CInt

  /// Flags by the C library's bits.
  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// `NI_NUMERICHOST`: the host as numbers; nothing is looked up.
  public static let numericHost = NameFlags(rawValue: NI_NUMERICHOST)
  /// `NI_NUMERICSERV`: the port as a number.
  public static let numericService = NameFlags(rawValue: NI_NUMERICSERV)
  /// `NI_NAMEREQD`: an error if the host has no name.
  public static let nameRequired = NameFlags(rawValue: NI_NAMEREQD)
  /// `NI_DGRAM`: the service of the port for datagrams, where that is another.
  public static let datagram = NameFlags(rawValue: NI_DGRAM)
}

/// A host has no address, or an address no name.
public struct AddressError: Error, CustomStringConvertible {
  /// The host or address that was asked for.
  public var host: String
  /// The resolver's words for it.
  public var reason: String
  /// The resolver's number for it, as in `netdb.h`.
  public var code: CInt
  /// The file in which it was asked for; empty if that is not known.
  public var fileID = ""
  /// The line there.
  public var line: UInt32 = 0

  /// Makes an error as the resolver's, also for what stands in for it in tests.
  ///
  /// - Parameters:
  ///   - host: The host or address that was asked for.
  ///   - reason: The words for it.
  ///   - code: The number for it, as in `netdb.h`.
  public init(host: String, reason: String, code: CInt) {
    self.host = host
    self.reason = reason
    self.code = code
  }

  /// For people: `resolve example.org: Name or service not known (Client/Main.swift:12)`.
  public var description: String {
    let location = fileID.isEmpty ? "" : " (\(fileID):\(line))"
    return "resolve \(host): \(reason)\(location)"
  }
}
