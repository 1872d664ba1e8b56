import CAsyncTopProbe

extension tp_name {
  /// The text up to its end, with whatever is not UTF-8 replaced.
  var string: String {
    unsafe withUnsafeBytes(of: text) { text in
      unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
