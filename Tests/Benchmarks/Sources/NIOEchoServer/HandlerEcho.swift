import NIOCore
import NIOPosix

/// Echo in the pipeline: of bytes in order, or of datagrams with their addresses.
final class HandlerEcho: ChannelInboundHandler, Sendable {
  typealias InboundIn = Any
  typealias OutboundOut = Any

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.write(data, promise: nil)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
  }

  static func serve(at place: NIOEchoServer.Place) async throws {
    let add: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(HandlerEcho())
      }
    }
    let streams = NIOEchoServer.streams.childChannelInitializer(add)
    let channel =
      switch place {
      case .tcp:
        try await streams.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
          .bind(host: "127.0.0.1", port: 0).get()
      case .unix(let path): try await streams.bind(unixDomainSocketPath: path).get()
      case .udp:
        try await NIOEchoServer.datagrams.channelInitializer(add)
          .bind(host: "127.0.0.1", port: 0).get()
      }
    NIOEchoServer.report(channel)
    try await channel.closeFuture.get()
  }
}
