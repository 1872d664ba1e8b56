package import CAsyncTopProbe

extension tp_name {
  /// The text up to its end, with whatever is not UTF-8 replaced.
  var string: String {
    unsafe withUnsafeBytes(of: text) { text in
      unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// A name as the probe keeps it: a long one is cut after a character and ends in an ellipsis.
  ///
  /// - Parameter bytes: Its bytes, without an end.
  package init(_ bytes: [UInt8]) {
    self.init()
    let room = Int(TP_NAME_SIZE) - 1
    var kept = bytes[...]
    if kept.count > room {
      kept = kept.prefix(room - 3)
      while let last = kept.last, last & 0xc0 == 0x80 { kept.removeLast() }
      if let last = kept.last, last >= 0xc0 { kept.removeLast() }
      kept += Array("…".utf8)
    }
    unsafe withUnsafeMutableBytes(of: &text) { unsafe $0.copyBytes(from: kept) }
  }
}
