import AsyncRuntime
import Foundation
import Glibc

/// A chat room over protocols: no task for a connection.
@MainActor enum ProtocolChat {
  static func main() async throws {
    guard let loop = EventLoop.running else { return }
    let room = Room()
    let server = try await loop.createServer(host: "127.0.0.1", port: 0) { Member(of: room) }
    try await server.whileOpen { _ in
      let (annas, anna) = try await openConnection(host: "127.0.0.1", port: server.port)
      print(try await annas.nextLine() ?? "")
      try await anna.sendLine("Anna")
      print(try await annas.nextLine() ?? "")
      let (_, bert) = try await openConnection(host: "127.0.0.1", port: server.port)
      try await bert.send("Bert\nhello\n/quit\n")
      for _ in 1...3 { print(try await annas.nextLine() ?? "") }
      server.closeClients()
      print(try await annas.nextLine() ?? "the end")
    }
  }
}

final class Room {
  var members: [ObjectIdentifier: Member] = [:]

  func tell(_ text: String) {
    for member in members.values { member.transport?.write(text + "\n") }
  }
}

final class Member {
  let room: Room
  var transport: Transport?
  var name: String?
  var buffer = ""

  init(of room: Room) { self.room = room }

  func say(_ line: String) {
    guard let name else {
      name = line
      return room.tell("\(line) is here")
    }
    if line == "/quit" { transport?.close() } else { room.tell("\(name): \(line)") }
  }
}

// In an extension, where the compiler warns of a method that is nearly one of the protocol's.
extension Member: StreamProtocol {
  func connectionMade(_ transport: Transport) {
    self.transport = transport
    room.members[ObjectIdentifier(self)] = self
    transport.write("Your name?\n")
  }

  func dataReceived(_ data: [UInt8]) {
    buffer += String(decoding: data, as: UTF8.self)
    while let end = buffer.firstIndex(of: "\n") {
      let line = String(buffer[..<end])
      buffer.removeSubrange(...end)
      say(line)
    }
  }

  func connectionLost(_ error: (any Error)?) {
    room.members[ObjectIdentifier(self)] = nil
    room.tell("\(name ?? "somebody") has left")
  }
}
