import CAsyncTopLinux
import Glibc

extension FileDescriptor {
  /// Sends a datagram, without SIGPIPE.
  ///
  /// - Parameters:
  ///   - buffer: The bytes, perhaps none.
  ///   - address: To whom; nil where the socket is connected.
  /// - Returns: How many bytes were taken.
  /// - Throws: `wouldBlock` if it does not fit; never `interrupted`.
  public borrowing func send(
    _ buffer: UnsafeRawBufferPointer, to address: SocketAddress?
  ) throws(Errno) -> Int {
    guard let address else { return unsafe try send(buffer) }
    let number = number
    while true {
      let count = unsafe address.withBytes {
        unsafe linux_send(number, buffer.baseAddress, buffer.count, $0, $1)
      }
      if count >= 0 { return count }
      if errno != EINTR { throw Errno.last }
    }
  }

  /// Receives a datagram.
  ///
  /// - Parameter buffer: Where to; what does not fit is lost.
  /// - Returns: How many bytes came, and from whom.
  /// - Throws: `wouldBlock` if nothing is there; never `interrupted`.
  public borrowing func receiveDatagram(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> (count: Int, sender: SocketAddress) {
    let number = number
    while true {
      var count = 0
      do throws(Errno) {
        let sender = unsafe try SocketAddress {
          count = unsafe Glibc.recvfrom(number, buffer.baseAddress, buffer.count, 0, $0, &$1)
          return count < 0 ? -1 : 0
        }
        return (count, sender)
      } catch {
        if error != .interrupted { throw error }
      }
    }
  }

  /// Sends bytes over a unix socket, and open descriptors with the first of them.
  ///
  /// - Parameters:
  ///   - buffer: The bytes, at least one.
  ///   - descriptors: Their numbers; at most 253. They stay open here.
  /// - Returns: How many bytes were taken; with the first of them all descriptors are.
  /// - Throws: `wouldBlock` if nothing fits; never `interrupted`.
  public borrowing func send(
    _ buffer: UnsafeRawBufferPointer, passing descriptors: [CInt]
  ) throws(Errno) -> Int {
    guard descriptors.count <= Int(LINUX_MAX_PASSED) else { throw .invalidArgument }
    while true {
      let count = unsafe linux_send_descriptors(
        number, buffer.baseAddress, buffer.count, descriptors, descriptors.count)
      if count >= 0 { return count }
      if errno != EINTR { throw Errno.last }
    }
  }

  /// Receives bytes over a unix socket, and the descriptors that came with them.
  ///
  /// - Parameter buffer: Where the bytes go.
  /// - Returns: How many bytes came, 0 at the end, and the descriptors, which the caller owns.
  /// - Throws: `wouldBlock` if nothing is there; never `interrupted`.
  public borrowing func receivePassed(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> (count: Int, descriptors: [CInt]) {
    var passed = [CInt](repeating: -1, count: Int(LINUX_MAX_PASSED))
    while true {
      var number = 0
      let count = unsafe linux_receive_descriptors(
        self.number, buffer.baseAddress, buffer.count, &passed, &number)
      if count >= 0 { return (count, Array(passed[..<number])) }
      if errno != EINTR { throw Errno.last }
    }
  }

  /// Sends bytes of a file through a socket, without copying them through this process.
  ///
  /// - Parameters:
  ///   - file: The file's number.
  ///   - offset: Where in the file; moved by what was sent. The file's own position stays.
  ///   - count: How many bytes at most.
  /// - Returns: How many were taken; 0 at the file's end.
  /// - Throws: `wouldBlock` if none fit; `invalidArgument` or `notSupported` if the kernel can't do
  ///   it with such a file; never `interrupted`.
  public borrowing func sendFile(
    _ file: CInt, offset: inout Int64, count: Int
  ) throws(Errno) -> Int {
    while true {
      let sent = unsafe linux_sendfile(number, file, &offset, count)
      if sent >= 0 { return sent }
      if errno != EINTR { throw Errno.last }
    }
  }
}
