import AsyncTopTerminal

/// Bracketed paste: what stands between `CSI 200 ~` and `CSI 201 ~` is text, whatever it contains.
extension InputDecoder {
  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// Moves pending bytes to the paste; returns it when its end has come.
  mutating func collectPaste() -> InputEvent? {
    let end = InputDecoder.pasteEnd
    if let start = firstIndex(of: end) {
      keep(pending[..<start])
      pending.removeFirst(start + end.count)
      defer { pasted = nil }
      return .paste(String(decoding: pasted ?? [], as: UTF8.self))
    }
    // The end may have come in part.
    let tail = (0..<min(end.count, pending.count + 1)).last {
      pending.suffix($0).elementsEqual(end.prefix($0))
    }
    keep(pending[..<(pending.count - (tail ?? 0))])
    pending.removeFirst(pending.count - (tail ?? 0))
    return nil
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    let room = InputDecoder.pasteLimit - (pasted?.count ?? 0)
    pasted?.append(contentsOf: bytes.prefix(max(0, room)))
  }

  private func firstIndex(of end: [UInt8]) -> Int? {
    pending.indices.first { pending[$0...].starts(with: end) }
  }
}
