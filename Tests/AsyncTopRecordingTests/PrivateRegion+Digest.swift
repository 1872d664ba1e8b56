import CAsyncTopProbe

@testable import AsyncTopRecording

extension PrivateRegion {
  /// A number that says what is in all tables, but for free slots of groups, timers, resources and
  /// loops.
  var digest: UInt64 { digest(ofVersion: 2) }

  /// The same of what version 1 of the format has, as the code of that time computed it.
  var firstDigest: UInt64 { digest(ofVersion: 1) }

  private func digest(ofVersion version: Int) -> UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ word: UInt64) {
      digest = (digest ^ word) &* 0x0000_0100_0000_01b3
      digest ^= digest >> 32
    }
    for table in TableKind.allCases where version > 1 || table != .sites {
      add(UInt64(high(of: table)))
      let arrays = arrays(of: table)
      for slot in 0..<Int(high(of: table)) {
        let isFree = unsafe arrays[0].slot(slot)[0] == 0
        if isFree && ![.tasks, .workers, .sites].contains(table) { continue }
        for (index, array) in arrays.enumerated() {
          for word in 0..<(version == 1 ? array.firstWords : array.words) {
            let isNew = version == 1 && table == .workers && word >= 24
            let isHalf = version == 1 && table == .tasks && index == 0 && word == 7
            let mask: UInt64 = isHalf ? 0xffff_ffff : .max
            add(isNew ? 0 : unsafe array.slot(slot)[word] & mask)
          }
        }
      }
    }
    return digest
  }

  /// The tables in words, for when digests differ.
  func differences(from other: PrivateRegion) -> [String] {
    var found: [String] = []
    for table in TableKind.allCases {
      if high(of: table) != other.high(of: table) { found.append("\(table) in use") }
      let (mine, others) = (arrays(of: table), other.arrays(of: table))
      for slot in 0..<Int(max(high(of: table), other.high(of: table))) {
        let bothFree = unsafe mine[0].slot(slot)[0] == 0 && others[0].slot(slot)[0] == 0
        if bothFree && ![.tasks, .workers, .sites].contains(table) { continue }
        for (array, (left, right)) in zip(mine, others).enumerated() {
          for word in 0..<left.words {
            let (a, b) = unsafe (left.slot(slot)[word], right.slot(slot)[word])
            if a != b { found.append("\(table) \(slot) array \(array) word \(word): \(a) \(b)") }
          }
        }
      }
    }
    return found
  }
}
