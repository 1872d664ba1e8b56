import ArgumentParser

@main
struct AsyncTop: ParsableCommand {}
