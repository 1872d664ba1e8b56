@testable import AsyncRuntime
import AsyncTopLinux
import Testing

/// What a loop received belongs to its reader, whatever is received after it.
@Suite struct ReceiveBufferTests {
  private let buffer = ReceiveBuffer()

  /// What is given if so many bytes of one value come, and the room that there was for them.
  private func receive(
    _ count: Int, of value: UInt8, atMost limit: Int = .max
  ) -> (bytes: [UInt8], room: Int) {
    var room = 0
    let bytes = unsafe buffer.received(atMost: limit) { free in
      room = free.count
      for index in 0..<min(count, free.count) { unsafe free[index] = value }
      return min(count, free.count)
    }
    return (bytes, room)
  }

  @Test(arguments: [1, 1000, 4096, 5000, 16_384, 16_385, 65_536, 262_144])
  func arraysStayWhatTheyWere(count: Int) {
    let arrays = (1...4).map { receive(count, of: $0, atMost: 65_536).bytes }
    for (array, value) in zip(arrays, 1...) {
      #expect(array == Array(repeating: UInt8(value), count: min(count, 65_536)))
    }
  }

  @Test func whatIsAskedForHasRoom() {
    for count in [10, 20_000, 40_000, 10, 65_536, 65_536, 65_536] {
      #expect(receive(count, of: 1, atMost: 65_536).room == 65_536)
    }
    #expect(receive(70_000, of: 1, atMost: 65_536).bytes.count == 65_536)
    #expect(receive(70_000, of: 1).bytes.count == 70_000)
    #expect(receive(300_000, of: 1, atMost: 131_072).bytes.count == 131_072)
    #expect(receive(300_000, of: 1).bytes.count == Connection.mostReceived)
    #expect(receive(300_000, of: 1, atMost: 500_000).bytes.count == Connection.mostReceived)
  }

  @Test func littleTakesLittleMemory() {
    _ = receive(65_536, of: 1, atMost: 65_536)
    let little = receive(100, of: 2, atMost: 65_536).bytes
    #expect(little == Array(repeating: 2, count: 100))
    #expect(little.capacity < 1000)
    #expect(receive(0, of: 3, atMost: 65_536).bytes == [])
  }

  @Test func failuresLeaveNothing() {
    for before in [10, 65_536] {
      _ = receive(before, of: 1, atMost: 65_536)
      #expect(throws: Errno.connectionReset) {
        _ = try unsafe buffer.received(atMost: 65_536) { free throws(Errno) in
          unsafe free[0] = 9
          throw .connectionReset
        }
      }
      #expect(receive(3, of: 4, atMost: 65_536).bytes == [4, 4, 4])
    }
  }
}
