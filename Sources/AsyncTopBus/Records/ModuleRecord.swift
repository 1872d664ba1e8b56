/// An executable or library in the app's memory.
public struct ModuleRecord: Hashable, Sendable {
  /// What to add to an address in the file to get the address in memory.
  public let bias: UInt64
  /// The addresses in memory that it takes up.
  public let range: Range<UInt64>
  /// Where its file was when the app started.
  public let path: String
  /// The build ID of the file that was loaded (its note `NT_GNU_BUILD_ID`); empty if it has none.
  public let buildID: [UInt8]

  /// Makes a record.
  public init(bias: UInt64, range: Range<UInt64>, path: String, buildID: [UInt8] = []) {
    self.bias = bias
    self.range = range
    self.path = path
    self.buildID = buildID
  }
}
