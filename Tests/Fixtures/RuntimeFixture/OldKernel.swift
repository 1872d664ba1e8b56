import AsyncRuntime
import CFilter
import Glibc
import AsyncTopLinux

/// Starts children where the kernel refuses close_range(2), and one that closes number after number
/// is killed.
@MainActor
enum OldKernel {
  nonisolated static func main() throws {
    // Far more than a process has.
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard filter_refuse(filter_close_range(), ENOSYS) == 0 else { return print("no filter") }
    let hasList = Program.environment("LIST") != "no"
    // Without a list there is nothing else to do than to try the numbers.
    let isFiltered =
      hasList
      ? filter_kill_close_from(5000) == 0
      : filter_refuse(filter_list_folder(), ENOSYS) == 0
    guard isFiltered else { return print("no filter") }
    print(try AsyncRuntime.run { try await look() })
    print(try AsyncRuntime.run { try await lookWithoutRoom() })
  }

  private static func look() async throws -> String {
    // They are not closed on exec.
    let leaking = (0..<600).map { _ in fcntl(2, F_DUPFD, 3) }
    defer { for number in leaking { close(number) } }
    let passed = leaking[300]
    // The shell lists itself, without a folder of its own.
    let child = try createSubprocessExec(
      "/bin/bash", ["-c", "for i in {0..700}; do [ -e /proc/$$/fd/$i ] && echo $i; done; true"],
      stdin: .null, stdout: .pipe, options: SubprocessOptions(passedDescriptors: [passed]))
    let (out, _, status) = try await child.communicate()
    let numbers = String(decoding: out ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    return "\(status), as named \(numbers.filter { $0 != "255" } == ["0", "1", "2", "\(passed)"])"
  }

  // No number is left for the list.
  private static func lookWithoutRoom() async throws -> String {
    var limit = rlimit(rlim_cur: 300, rlim_max: 300)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var taken: [Int32] = []
    while true {
      let number = fcntl(2, F_DUPFD, 3)
      if number < 0 { break }
      taken.append(number)
    }
    // For the pidfd, and what else this process needs for itself.
    for number in taken.prefix(3) { close(number) }
    defer { for number in taken.dropFirst(3) { close(number) } }
    let child = try createSubprocessExec(
      "/bin/bash", ["-c", "for i in {3..254}; do [ -e /proc/$$/fd/$i ] && exit 1; done; true"])
    return "\(try await child.wait())"
  }
}
