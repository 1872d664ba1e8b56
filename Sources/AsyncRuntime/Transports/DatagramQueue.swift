import AsyncTopLinux

/// Messages that wait to be sent, first in, first out.
struct DatagramQueue {
  private var messages: [(data: [UInt8], address: SocketAddress?)] = []
  private var head = 0
  /// The bytes of all, each with 8 bytes more, so that many empty ones count too.
  private(set) var size = 0

  private static let header = 8

  var isEmpty: Bool { head == messages.count }

  var first: (data: [UInt8], address: SocketAddress?)? { isEmpty ? nil : messages[head] }

  mutating func append(_ data: [UInt8], to address: SocketAddress?) {
    messages.append((data, address))
    size += data.count + Self.header
  }

  mutating func removeFirst() {
    size -= messages[head].data.count + Self.header
    messages[head] = ([], nil)
    head += 1
    if head == messages.count {
      messages.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 1024, head > messages.count / 2 {
      messages.removeFirst(head)
      head = 0
    }
  }
}
