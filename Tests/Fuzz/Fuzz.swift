import Foundation

/// What a fuzzer's input is given to: the name in the environment's `ASYNCTOP_FUZZ_TARGET`.
///
/// Built with `-sanitize=fuzzer`, so that libFuzzer's `main` calls `fuzzOne` with inputs that it
/// makes from what they cover. The package has this only when `ASYNCTOP_FUZZ` is set. To run it:
/// `.ci/fuzz SECONDS`. Whatever ends the process, takes more than ten seconds or more than a
/// gigabyte is a fault.
enum Fuzz: String, CaseIterable {
  /// A recording, each of whose blocks gets the checksum that its bytes have.
  case recording
  /// Words that are written over a region before it is opened.
  case region
  /// The same words, some after each look.
  case changingRegion = "changing-region"
  /// An executable file with symbols and DWARF.
  case elf
  /// Mangled names.
  case names
  /// A theme file.
  case theme
  /// Bytes from a terminal, which a dashboard gets as keys and the like.
  case input
  /// Arguments of the command, one in a line.
  case arguments

  static let chosen: Fuzz? = {
    let name = ProcessInfo.processInfo.environment["ASYNCTOP_FUZZ_TARGET"] ?? ""
    let names = allCases.map(\.rawValue).joined(separator: ", ")
    let chosen = Fuzz(rawValue: name)
    precondition(chosen != nil, "ASYNCTOP_FUZZ_TARGET is none of \(names)")
    return chosen
  }()

  func run(_ bytes: [UInt8]) {
    switch self {
    case .recording: RecordingFuzz.run(bytes)
    case .region: RegionFuzz.run(bytes, looks: 1)
    case .changingRegion: RegionFuzz.run(bytes, looks: 8)
    case .elf: FileFuzz.symbolize(bytes)
    case .names: FileFuzz.demangle(bytes)
    case .theme: FileFuzz.theme(bytes)
    case .input: InputFuzz.type(bytes)
    case .arguments: InputFuzz.parse(bytes)
    }
  }
}

/// libFuzzer's entry: one input; the result 0 keeps it if it covers more.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.chosen?.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
