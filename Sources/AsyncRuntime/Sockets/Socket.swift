public import AsyncTopLinux
// What can be set on a socket is part of the interface.
@_exported public import struct AsyncTopLinux.SocketOption

/// A socket of its own, for the `sock` calls of an event loop, or to be handed to
/// `createConnection` and its relatives.
///
/// It never waits by itself, is closed on exec, and closes with its last reference.
///
/// Sendable: until it is used with a loop it belongs to its holder; afterwards to the loop's
/// thread, which the loop's calls check.
public final class Socket: @unchecked Sendable {
  var descriptor: FileDescriptor?
  /// Where the loop waits for it, once it had to.
  var watch: DescriptorWatch?
  var watchingLoop: EventLoop?
  var received: UInt64 = 0
  var sent: UInt64 = 0

  init(_ descriptor: consuming FileDescriptor) {
    self.descriptor = consume descriptor
  }

  /// Makes a socket.
  ///
  /// - Parameters:
  ///   - family: What kind of addresses it has.
  ///   - kind: How it carries data.
  ///   - protocolNumber: 0 for the usual one of the two.
  /// - Throws: `tooManyFiles` and the like.
  public convenience init(
    _ family: AddressFamily, _ kind: SocketKind, protocolNumber: Int32 = 0,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws(IOError) {
    do throws(Errno) {
      self.init(try FileDescriptor.socket(family, kind, protocolNumber: protocolNumber))
    } catch {
      throw CallSite(fileID, line).error(error, "socket", "")
    }
  }

  /// Takes over an open socket.
  ///
  /// - Parameter number: The kernel's number, which must have no other owner.
  /// - Throws: `notSocket`, `badDescriptor`; then it is not taken over.
  public convenience init(
    owning number: Int32, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws(IOError) {
    do throws(Errno) {
      _ = try FileDescriptor.option(SocketOption.reuseAddress, of: number)
      let descriptor = FileDescriptor(owning: number)
      try? descriptor.setNonBlocking()
      self.init(descriptor)
    } catch {
      throw CallSite(fileID, line).error(error, "socket", "descriptor \(number)")
    }
  }

  /// Makes two unix sockets that are connected to each other.
  ///
  /// - Parameter kind: How they carry data.
  /// - Returns: Both ends.
  /// - Throws: `tooManyFiles` and the like.
  public static func pair(
    _ kind: SocketKind = .stream, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws(IOError) -> (Socket, Socket) {
    do throws(Errno) {
      let (one, other) = try FileDescriptor.socketPair(kind)
      return (
        Socket(FileDescriptor(owning: one)), Socket(FileDescriptor(owning: other))
      )
    } catch {
      throw CallSite(fileID, line).error(error, "socketpair", "")
    }
  }

  deinit {
    guard let watch, let watchingLoop, let number = descriptor.take()?.take() else { return }
    guard !watchingLoop.isOnThread else {
      watch.end()
      _ = FileDescriptor(owning: number)
      return
    }
    watchingLoop.callSoonThreadsafe {
      watchingLoop.descriptors.watch(of: number)?.end()
      _ = FileDescriptor(owning: number)
    }
  }

  /// The kernel's number; −1 once it is closed or was handed over.
  public var number: Int32 { descriptor?.number ?? -1 }

  /// Whether it is closed or was handed over.
  public var isClosed: Bool { descriptor == nil }

  /// Closes it.
  ///
  /// Tasks that wait for it wake with `badDescriptor`. Again, it does nothing.
  public func close() {
    endWatch()
    descriptor = nil
  }

  /// Gives the kernel's number away; the receiver has to close it.
  ///
  /// - Returns: The number; nil if it is closed.
  public func detach() -> Int32? {
    endWatch()
    return descriptor.take()?.take()
  }

  /// Gives the descriptor to a connection, if it carries data as that does; else it stays here.
  func handOver(_ kind: SocketKind, _ site: CallSite) throws(IOError) -> FileDescriptor {
    do throws(Errno) {
      let found = try require { (descriptor) throws(Errno) in try descriptor.socketKind }
      guard found == kind else { throw .wrongSocketKind }
    } catch {
      throw site.error(error, "socket", name)
    }
    guard let number = detach() else { throw site.error(.badDescriptor, "socket", name) }
    return FileDescriptor(owning: number)
  }

  private func endWatch() {
    watch?.end()
    watch = nil
    watchingLoop = nil
  }

  /// What people call it: its kind and addresses.
  public var name: String {
    guard let descriptor = descriptor?.number else { return "closed socket" }
    let local = localAddress
    let peer = peerAddress.map { " → \($0)" } ?? ""
    let kind = (try? FileDescriptor.option(.type, of: descriptor)) ?? 0
    let isDatagram = SocketKind(rawValue: Int32(kind)) == .datagram
    let scheme = local?.family == .unix ? "unix" : isDatagram ? "udp" : "tcp"
    return "\(scheme) \(local.map { "\($0)" } ?? "")\(peer)"
  }
}

extension Socket: CustomStringConvertible {
  /// For people: `Socket(tcp 127.0.0.1:51234 → 127.0.0.1:80)`.
  public var description: String { "Socket(\(name))" }
}

extension Socket {
  /// The address of this end; nil if it has none.
  public var localAddress: SocketAddress? { descriptor?.localAddress }

  /// The address of the other end; nil if it is not connected.
  public var peerAddress: SocketAddress? { descriptor?.peerAddress }

  /// Sets an option.
  ///
  /// - Parameters:
  ///   - option: Which.
  ///   - value: A number, or 0 and 1 for off and on.
  /// - Throws: Why it can't be set.
  public func setOption(_ option: SocketOption, to value: Int) throws(Errno) {
    try FileDescriptor.setOption(option, of: number, to: value)
  }

  /// An option's value.
  ///
  /// - Parameter option: Which.
  /// - Returns: A number, or 0 and 1 for off and on.
  /// - Throws: That there is no such option.
  public func option(_ option: SocketOption) throws(Errno) -> Int {
    try FileDescriptor.option(option, of: number)
  }

  /// What closing a connection does with bytes that were not sent.
  ///
  /// - Parameter seconds: How long closing waits for them; nil lets the kernel send them
  ///   afterwards, and with 0 they are dropped, and the other end sees a reset.
  /// - Throws: Why it can't be set.
  public func setLinger(seconds: Int?) throws(Errno) {
    try require { (descriptor) throws(Errno) in try descriptor.setLinger(seconds: seconds) }
  }

  /// Gives it an address.
  ///
  /// - Parameter address: The address; port 0 lets the kernel choose one.
  /// - Throws: Why it can't, such as `addressInUse`.
  public func bind(
    to address: SocketAddress, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws(IOError) {
    do throws(Errno) {
      try require { (descriptor) throws(Errno) in try descriptor.bind(to: address) }
    } catch {
      throw CallSite(fileID, line).error(error, "bind", "\(address)")
    }
  }

  /// Lets connections come in, for `sockAccept`.
  ///
  /// - Parameter backlog: How many may wait to be accepted.
  /// - Throws: Why it can't.
  public func listen(
    backlog: Int = 100, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws(IOError) {
    do throws(Errno) {
      try require { (descriptor) throws(Errno) in try descriptor.listen(backlog: backlog) }
    } catch {
      throw CallSite(fileID, line).error(error, "listen", name)
    }
  }

  /// Ends one direction of a connection or both.
  ///
  /// - Parameters:
  ///   - reading: Whether no more will be received.
  ///   - writing: Whether no more will be sent, which the other end sees as the end.
  /// - Throws: `notConnected`.
  public func shutDown(reading: Bool = false, writing: Bool = false) throws(Errno) {
    try require { (descriptor) throws(Errno) in
      try descriptor.shutDown(reading: reading, writing: writing)
    }
  }

  func require<Result>(
    _ body: (borrowing FileDescriptor) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    guard descriptor != nil else { throw .badDescriptor }
    return try body(descriptor!)
  }
}
