import Glibc

/// Strings as C takes a list of them: pointers that end with a null.
@safe
final class CStringVector {
  private let storage: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

  /// Copies the strings.
  init(_ strings: [String]) {
    unsafe storage = .allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() {
      unsafe storage.initializeElement(at: index, to: strdup(string))
    }
    unsafe storage.initializeElement(at: strings.count, to: nil)
  }

  deinit {
    unsafe storage.forEach { unsafe free($0) }
    unsafe storage.deallocate()
  }

  /// The first pointer; the list lives as long as this.
  var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    unsafe storage.baseAddress
  }
}
