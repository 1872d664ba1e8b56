@main struct ScaleRatios { static func main() {} }
