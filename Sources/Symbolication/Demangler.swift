/// The Swift runtime's own demangler.
enum Demangler {
  /// Longer names are left as they are: they come from a file nobody vouches for.
  static let lengthLimit = 16_384

  /// A linker's name as Swift writes it; nil if it is not the name of something in Swift.
  static func demangle(_ mangled: String) -> String? {
    guard mangled.utf8.count <= lengthLimit, mangled.hasPrefix("$s") || mangled.hasPrefix("$S"),
      let text = unsafe swiftDemangle(mangled, mangled.utf8.count, nil, nil, 0)
    else { return nil }
    defer { unsafe text.deallocate() }
    return unsafe String(cString: text)
  }
}

// libswiftCore exports this function of the C calling convention, on which `swift_backtrace` and
// debuggers rely, but no module of the toolchain declares it. Its five arguments and its result
// travel in the same registers in Swift's convention.
@_silgen_name("swift_demangle")
private func swiftDemangle(
  _ name: UnsafePointer<CChar>?, _ length: Int, _ output: UnsafeMutablePointer<CChar>?,
  _ outputLength: UnsafeMutablePointer<Int>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
