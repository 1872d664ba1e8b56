import CTaskProbe

@testable import SessionRecording

extension PrivateRegion {
  /// A number that says what is in all tables, but for free slots of groups, timers, resources and
  /// loops.
  var digest: UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ word: UInt64) {
      digest = (digest ^ word) &* 0x0000_0100_0000_01b3
      digest ^= digest >> 32
    }
    for table in TableKind.allCases {
      add(UInt64(high(of: table)))
      let arrays = arrays(of: table)
      for slot in 0..<Int(high(of: table)) {
        let isFree = unsafe arrays[0].slot(slot)[0] == 0
        if isFree && table != .tasks && table != .workers { continue }
        for array in arrays {
          for word in 0..<array.words { add(unsafe array.slot(slot)[word]) }
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
        if bothFree && table != .tasks && table != .workers { continue }
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
