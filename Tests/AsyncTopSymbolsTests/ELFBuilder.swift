@testable import AsyncTopSymbols

/// Makes a small ELF file of one segment, for tests.
struct ELFBuilder {
  struct Section {
    var name: String
    var type: UInt32 = 1
    var flags: UInt64 = 0
    var link: UInt32 = 0
    var bytes: [UInt8]
  }

  struct Function {
    var name: String
    var address: UInt64
    var size: UInt64
  }

  /// Where the segment lies: at the file's own beginning.
  var address: UInt64 = 0x1000
  /// Read and execute.
  var segmentFlags: UInt32 = 5
  var functions: [Function] = []
  var sections: [Section] = []
  /// What stands in the table of the sections' names behind them.
  var moreNames: [UInt8] = []

  var bytes: [UInt8] {
    var sections = [Section(name: "", type: 0, bytes: [])] + self.sections
    var names = ByteList()
    var symbols = ByteList()
    names.append("")
    symbols.append([UInt8](repeating: 0, count: 24))
    for function in functions {
      symbols.append(UInt32(names.count))
      symbols.append([0x12, 0])  // a global function
      symbols.append(UInt16(1))
      symbols.append(function.address)
      symbols.append(function.size)
      names.append(function.name)
    }
    sections.append(Section(name: ".strtab", type: 3, bytes: names.bytes))
    let link = UInt32(sections.count - 1)
    sections.append(Section(name: ".symtab", type: 2, link: link, bytes: symbols.bytes))
    sections.append(Section(name: ".shstrtab", type: 3, bytes: self.names(of: sections)))
    return file(of: sections)
  }

  private func names(of sections: [Section]) -> [UInt8] {
    var names = ByteList()
    for section in sections { names.append(section.name) }
    names.append(".shstrtab")
    names.append(moreNames)
    return names.bytes
  }

  private func file(of sections: [Section]) -> [UInt8] {
    let dataStart = 64 + 56
    var contents = ByteList()
    var headers = ByteList()
    var nameOffset: UInt32 = 0
    for section in sections {
      headers.append(nameOffset)
      headers.append(section.type)
      headers.append(section.flags)
      headers.append(UInt64(0))  // not part of the segment
      headers.append(UInt64(dataStart + contents.count))
      headers.append(UInt64(section.bytes.count))
      headers.append(section.link)
      headers.append([UInt8](repeating: 0, count: 20))
      contents.append(section.bytes)
      nameOffset += UInt32(section.name.utf8.count + 1)
    }
    let size = dataStart + contents.count + headers.count
    var file = header(sectionTable: dataStart + contents.count, sectionCount: sections.count)
    file.append(segment(size: UInt64(size)))
    file.append(contents.bytes)
    file.append(headers.bytes)
    return file.bytes
  }

  private func header(sectionTable: Int, sectionCount: Int) -> ByteList {
    var header = ByteList()
    header.append([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9))
    for half: UInt16 in [3, 62] { header.append(half) }
    header.append(UInt32(1))
    for word: UInt64 in [0, 64, UInt64(sectionTable)] { header.append(word) }
    header.append(UInt32(0))
    for half: UInt16 in [64, 56, 1, 64, UInt16(sectionCount), UInt16(sectionCount - 1)] {
      header.append(half)
    }
    return header
  }

  private func segment(size: UInt64) -> [UInt8] {
    var segment = ByteList()
    segment.append(UInt32(1))
    segment.append(segmentFlags)
    for word: UInt64 in [0, address, address, size, max(size, 0x10000), 0x1000] {
      segment.append(word)
    }
    return segment.bytes
  }
}

extension ELFFile {
  /// A file of these bytes; it stays readable after its name is gone.
  init(bytes: [UInt8]) throws {
    let file = try TemporaryFile(bytes)
    try self.init(path: file.path)
    withExtendedLifetime(file) {}
  }
}

/// Bytes as a linker or a compiler would write them.
struct ByteList {
  private(set) var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func append(_ more: [UInt8]) { bytes += more }

  mutating func append(_ value: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: String) { bytes += Array(text.utf8) + [0] }

  mutating func appendULEB(_ value: UInt64) {
    var value = value
    while value > 0x7f {
      bytes.append(UInt8(value & 0x7f) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
