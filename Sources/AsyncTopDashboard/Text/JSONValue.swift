/// A value of JSON (RFC 8259), whose members keep their order.
enum JSONValue {
  case null
  case bool(Bool)
  case number(UInt64)
  case signed(Int64)
  case string(String)
  case array([JSONValue])
  case object([(name: String, value: JSONValue)])
}
