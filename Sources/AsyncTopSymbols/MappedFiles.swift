import AsyncTopLinux

/// The ways to a file that a running process has mapped.
struct MappedFiles {
  /// A path, and whether the kernel gives out the very file that is mapped.
  struct Place {
    let path: String
    let isProven: Bool
  }

  let process: Int32

  /// Where the file of a mapping can be opened, the surest way first.
  ///
  /// `mapping` is one of its mappings, if one is known, `path` where the process says it is.
  func places(of mapping: MemoryMapping?, path: String) -> [Place] {
    var places: [Place] = []
    let executable = "/proc/\(process)/exe"
    // The kernel gives out the executable also when another file took its name, or none has it.
    if let target = ProcessFiles.linkTarget(executable), target == mapping?.path ?? path {
      places.append(Place(path: executable, isProven: true))
    }
    if let mapping {
      // Needs a privilege, and then holds for every mapped file.
      let range =
        String(mapping.range.lowerBound, radix: 16) + "-"
        + String(mapping.range.upperBound, radix: 16)
      places.append(Place(path: "/proc/\(process)/map_files/\(range)", isProven: true))
    }
    // Another mount namespace has other files under the same name.
    if path.first == "/" {
      places.append(Place(path: "/proc/\(process)/root\(path)", isProven: false))
    }
    return places
  }
}
