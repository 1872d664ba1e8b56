/// What a customer wants of the mail-order house.
struct Order: Sendable {
  let number: Int

  var customer: Int { number % 17 }
}
