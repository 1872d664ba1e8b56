extension RandomAccessCollection where Index == Int {
  /// The number of leading elements that are not beyond, if all that are beyond come last.
  func partitionPoint(_ isBeyond: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low - startIndex
  }
}
