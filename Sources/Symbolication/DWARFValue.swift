/// What an attribute, or an entry of a file table, holds.
enum DWARFValue: Sendable {
  case number(UInt64)
  case text(String)
  /// A place in `.debug_str`.
  case string(UInt64)
  /// A place in `.debug_line_str`.
  case lineString(UInt64)
  /// Something this reader has no use for. It was skipped.
  case skipped

  var number: UInt64? {
    if case .number(let value) = self { value } else { nil }
  }
}
