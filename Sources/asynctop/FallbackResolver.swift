import AsyncTopBus

/// Asks several resolvers in turn: a recording knows what its recorder resolved, the program's
/// files may be here too.
final class FallbackResolver: AddressResolver {
  private let resolvers: [any AddressResolver]

  init(_ resolvers: [any AddressResolver]) {
    self.resolvers = resolvers
  }

  func place(of address: UInt64, isReturnAddress: Bool) -> Place? {
    for resolver in resolvers {
      if let place = resolver.place(of: address, isReturnAddress: isReturnAddress) { return place }
    }
    return nil
  }

  func places(of address: UInt64, isReturnAddress: Bool) -> [Place] {
    for resolver in resolvers {
      let places = resolver.places(of: address, isReturnAddress: isReturnAddress)
      if !places.isEmpty { return places }
    }
    return []
  }
}
