import GRPCCore
import GRPCInProcessTransport

/// A gRPC service and clients that call it for ever, in one process.
@main struct GRPCService {
  static func main() async throws {
    let transport = InProcessTransport()
    let server = GRPCServer(transport: transport.server, services: [Weather()])
    let client = GRPCClient(transport: transport.client)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(name: "server") { try await server.serve() }
      group.addTask(name: "connections") { try await client.runConnections() }
      for number in 1...3 {
        group.addTask(name: "client \(number)") { try await askForEver(client, number) }
      }
      print("ready")
      try await group.waitForAll()
    }
  }
}

func askForEver(_ client: GRPCClient<InProcessTransport.Client>, _ number: Int) async throws {
  while !Task.isCancelled {
    let answer = try await client.unary(
      request: ClientRequest(message: [UInt8(number)]), descriptor: Weather.forecast,
      serializer: Bytes(), deserializer: Bytes(), options: .defaults
    ) { try $0.message }
    precondition(answer == [UInt8(number)])
  }
}

struct Weather: RegistrableRPCService {
  static let forecast = MethodDescriptor(fullyQualifiedService: "Weather", method: "Forecast")

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(forMethod: Self.forecast, deserializer: Bytes(), serializer: Bytes()) {
      request, _ in
      let place = try await ServerRequest(stream: request).message
      return StreamingServerResponse(
        single: ServerResponse(message: try await forecast(for: place), metadata: []))
    }
  }

  /// What a model would take.
  func forecast(for place: [UInt8]) async throws -> [UInt8] {
    try await Task.sleep(for: .seconds(1))
    return place
  }
}

struct Bytes: MessageSerializer, MessageDeserializer {
  func serialize<Result: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Result {
    Result(message)
  }

  func deserialize<Source: GRPCContiguousBytes>(_ bytes: Source) throws -> [UInt8] {
    bytes.withUnsafeBytes { Array($0) }
  }
}
