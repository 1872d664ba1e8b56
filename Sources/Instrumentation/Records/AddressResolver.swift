/// Turns addresses of an app's code into places.
public protocol AddressResolver: AnyObject {
  /// The place of an address.
  ///
  /// - Parameters:
  ///   - address: In the app's memory.
  ///   - isReturnAddress: The instruction of interest is the one before it.
  /// - Returns: Nil if it is not known.
  func place(of address: UInt64, isReturnAddress: Bool) -> Place?
}

extension AddressResolver {
  /// The place that a person thinks of: the innermost that is not the runtime's own code.
  ///
  /// For something created, that is where it was created, else the body of the task.
  public func place(of site: Site) -> Place? {
    switch site {
    case .source(let file, let line, let function):
      return Place(function: function, file: file, line: line)
    case .code(let stack, let body):
      let caller = userPlace(in: stack, areReturnAddresses: true)
      return caller ?? (body == 0 ? nil : place(of: body, isReturnAddress: false))
    case .resume(let stack):
      return userPlace(in: stack, areReturnAddresses: false)
    case .type(let name):
      return Place(function: name, file: "", line: 0)
    }
  }

  private func userPlace(in stack: [UInt64], areReturnAddresses: Bool) -> Place? {
    for address in stack {
      if let place = place(of: address, isReturnAddress: areReturnAddresses), !place.isRuntime {
        return place
      }
    }
    return nil
  }
}
