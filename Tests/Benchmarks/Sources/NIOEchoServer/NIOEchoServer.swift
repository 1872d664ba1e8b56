import Glibc
import NIOCore
import NIOPosix

/// SwiftNIO's echo server on one event loop: with `handlers`, or with the asynchronous channel.
@main
struct NIOEchoServer {
  final class Echo: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      context.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
      context.flush()
    }
  }

  static func main() async throws {
    // The tasks of the asynchronous channel run on the event loop's thread too.
    NIOSingletons.groupLoopCountSuggestion = 1
    _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    let bootstrap = ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
      .serverChannelOption(.backlog, value: 1024)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    if CommandLine.arguments.contains("handlers") {
      let server = try await bootstrap.childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Echo())
        }
      }.bind(host: "127.0.0.1", port: 0).get()
      report(server.localAddress)
      try await server.closeFuture.get()
    } else {
      let server = try await bootstrap.bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
      report(server.channel.localAddress)
      try await withThrowingDiscardingTaskGroup { group in
        try await server.executeThenClose { clients in
          for try await client in clients {
            group.addTask {
              try? await client.executeThenClose { inbound, outbound in
                for try await bytes in inbound { try await outbound.write(bytes) }
              }
            }
          }
        }
      }
    }
  }

  private static func report(_ address: SocketAddress?) {
    print(address?.port ?? 0)
    fflush(nil)
  }
}
