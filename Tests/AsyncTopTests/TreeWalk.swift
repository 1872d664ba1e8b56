import Testing

/// The nodes of a tree, and which of them a test has accounted for.
struct TreeWalk {
  private let nodes: [Listing.Entity]
  private let source: String
  private var seen: Set<Int> = []

  /// Takes the nodes, whose sites are in a source file.
  init(_ nodes: [Listing.Entity], source: String) {
    self.nodes = nodes
    self.source = source
  }

  subscript(node: Int) -> Listing.Entity { nodes[node] }

  /// Nodes that nobody has asked for.
  var unknown: [Listing.Entity] { nodes.indices.filter { !seen.contains($0) }.map { nodes[$0] } }

  /// All nodes below one.
  mutating func below(_ owner: Int?) -> [Int] {
    let found = nodes.indices.filter { nodes[$0].owner == owner }
    seen.formUnion(found)
    return found
  }

  /// The one task of a name below a node, which was created where the source has this text.
  mutating func task(_ name: String, under owner: Int, at text: String) throws -> Int {
    let place = try one(under: owner) { $0.name == name && $0.type == "task" }
    #expect(nodes[place].cancelled == false)
    try expectSite(nodes[place], text)
    return place
  }

  /// The one group below a node.
  mutating func group(under owner: Int) throws -> Int {
    try one(under: owner) { $0.type == "group" }
  }

  private mutating func one(
    under owner: Int, _ isRight: (Listing.Entity) -> Bool
  ) throws -> Int {
    let found = nodes.indices.filter { nodes[$0].owner == owner && isRight(nodes[$0]) }
    #expect(found.count == 1)
    seen.formUnion(found)
    return try #require(found.first)
  }

  /// Expects a site to be where the source has this text.
  func expectSite(_ entity: Listing.Entity, _ text: String) throws {
    let line = try Repository.line(of: text, in: source)
    #expect(entity.site?.line == line, "\(entity)")
    #expect(entity.site?.file.hasSuffix("/\(source)") == true)
  }
}
