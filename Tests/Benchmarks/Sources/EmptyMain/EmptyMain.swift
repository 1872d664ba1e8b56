/// The least asynchronous program without AsyncRuntime.
@main
struct EmptyMain {
  static func main() async {}
}
