/// Something that happens while others do: it may fail in every expected way, and leaves nothing.
struct Act {
  let name: String
  let body: @MainActor (Scene) async throws -> Void

  init(_ name: String, _ body: @escaping @MainActor (Scene) async throws -> Void) {
    self.name = name
    self.body = body
  }

  @MainActor static let all = streams + messages + processes + others
}
