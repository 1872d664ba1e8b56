/// The Swift runtime's own demangler: what it says of a real name is right.
enum RuntimeDemangler {
  static func demangle(_ mangled: String) -> String? {
    guard let text = unsafe swiftDemangle(mangled, mangled.utf8.count, nil, nil, 0) else {
      return nil
    }
    defer { unsafe text.deallocate() }
    let result = unsafe String(cString: text)
    return result == mangled ? nil : result
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
