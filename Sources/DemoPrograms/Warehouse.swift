/// Keeps what is sold until it is packed. An actor: whoever comes while another is in has to wait.
actor Warehouse {
  private var sold: [Order] = []
  private var packed = 0

  func add(_ order: Order) {
    sold.append(order)
  }

  func pack() {
    guard !sold.isEmpty else { return }
    sold.removeFirst()
    packed += 1
    work(steps: 200_000)
  }

  func count() {
    work(steps: 3_000_000)
  }

  /// Something that keeps a thread busy, as real work does.
  private func work(steps: Int) {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for step in 0..<steps { hash = (hash ^ UInt64(truncatingIfNeeded: step)) &* 1_099_511_628_211 }
    packed += hash == 0 ? 1 : 0
  }
}
