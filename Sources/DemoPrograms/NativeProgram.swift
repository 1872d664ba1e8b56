import AsyncMonitoring
import Dispatch

/// What every Swift program does: tasks, groups, `async let`, actors, streams and continuations on
/// the default executor.
///
/// The only line that knows of us is `AsyncMonitor.expose()`. A little mail-order house: orders
/// arrive, are priced and paid for, and packers pack them.
public enum NativeProgram {
  /// Runs until the task is cancelled.
  public static func run() async {
    AsyncMonitor.expose()
    let warehouse = Warehouse()
    let (orders, inbox) = AsyncStream<Order>.makeStream(bufferingPolicy: .bufferingNewest(64))
    let audit = Task.detached(name: "audit", priority: .background) { await audits(warehouse) }
    await withTaskGroup(of: Void.self) { house in
      house.addTask(name: "reception") { await receiveOrders(into: inbox) }
      house.addTask(name: "desk") { await sell(orders, warehouse) }
      house.addTask(name: "packing hall") { await pack(from: warehouse) }
      await house.waitForAll()
    }
    audit.cancel()
    await audit.value
  }

  private static func receiveOrders(into inbox: AsyncStream<Order>.Continuation) async {
    var number = 0
    while !Task.isCancelled {
      number += 1
      inbox.yield(Order(number: number))
      try? await Task.sleep(for: .milliseconds(40 + number * 7 % 60))
    }
    inbox.finish()
  }

  /// Each order is a task of its own while it is being sold.
  private static func sell(_ orders: AsyncStream<Order>, _ warehouse: Warehouse) async {
    await withDiscardingTaskGroup { sales in
      for await order in orders {
        sales.addTask(name: "order \(order.number)") { await sell(order, warehouse) }
      }
    }
  }

  private static func sell(_ order: Order, _ warehouse: Warehouse) async {
    async let price = price(of: order)
    async let credit = credit(of: order.customer)
    guard await price <= credit else { return }
    try? await pay(order)
    await warehouse.add(order)
  }

  private static func price(of order: Order) async -> Int {
    try? await Task.sleep(for: .milliseconds(120 + order.number * 13 % 200))
    return order.number % 90
  }

  private static func credit(of customer: Int) async -> Int {
    await withCheckedContinuation { continuation in
      CreditAgency.shared.ask(customer) { continuation.resume(returning: $0) }
    }
  }

  private static func pay(_ order: Order) async throws {
    let payment = Task(name: "payment \(order.number)") {
      try await Task.sleep(for: .milliseconds(300))
    }
    if order.number % 10 == 0 { payment.cancel() }
    try await payment.value
  }

  private static func pack(from warehouse: Warehouse) async {
    await withTaskGroup(of: Void.self) { packers in
      for packer in 1...4 {
        packers.addTask(name: "packer \(packer)") {
          while !Task.isCancelled {
            await warehouse.pack()
            try? await Task.sleep(for: .milliseconds(150 * packer))
          }
        }
      }
    }
  }

  private static func audits(_ warehouse: Warehouse) async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(5))
      await warehouse.count()
    }
  }
}

/// A service with callbacks, as there are many: its answers come on a thread of its own.
final class CreditAgency: Sendable {
  static let shared = CreditAgency()
  private let queue = DispatchQueue(label: "credit agency")

  /// Answers later with the customer's credit.
  func ask(_ customer: Int, answer: @escaping @Sendable (Int) -> Void) {
    queue.asyncAfter(deadline: .now() + .milliseconds(30 * (customer + 1))) {
      answer(100 - customer)
    }
  }
}

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

/// What a customer wants of the mail-order house.
struct Order: Sendable {
  let number: Int

  var customer: Int { number % 17 }
}
