import NIOCore
import NIOPosix

/// Echo with a task for each asynchronous channel.
enum ChannelEcho {
  typealias Client = NIOAsyncChannel<ByteBuffer, ByteBuffer>
  typealias Datagram = AddressedEnvelope<ByteBuffer>

  static func serve(at place: NIOEchoServer.Place) async throws {
    switch place {
    case .tcp:
      let server = NIOEchoServer.streams.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      try await serve(server.bind(host: "127.0.0.1", port: 0) { wrapped($0) })
    case .unix(let path):
      try await serve(
        NIOEchoServer.streams.bind(unixDomainSocketPath: path) { wrapped($0) })
    case .udp:
      let channel = try await NIOEchoServer.datagrams.bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<Datagram, Datagram>(wrappingChannelSynchronously: channel)
        }
      }
      NIOEchoServer.report(channel.channel)
      try await echo(channel)
    }
  }

  private static func wrapped(_ channel: any Channel) -> EventLoopFuture<Client> {
    channel.eventLoop.makeCompletedFuture {
      try Client(wrappingChannelSynchronously: channel)
    }
  }

  private static func serve(_ server: NIOAsyncChannel<Client, Never>) async throws {
    NIOEchoServer.report(server.channel)
    try await withThrowingDiscardingTaskGroup { group in
      try await server.executeThenClose { clients in
        for try await client in clients {
          group.addTask { try? await echo(client) }
        }
      }
    }
  }

  private static func echo<Piece: Sendable>(
    _ channel: NIOAsyncChannel<Piece, Piece>
  ) async throws {
    try await channel.executeThenClose { inbound, outbound in
      for try await piece in inbound { try await outbound.write(piece) }
    }
  }
}
