import Foundation
import TestFixtures
import Testing

/// Recordings that come through pipes, or are not what was asked for.
@Suite struct `A recording that is given` {
  let scratch: Scratch
  let file = "\(Repository.root)/Tests/AsyncTopRecordingTests/Fixtures/v1-full.asyncrec"

  init() throws {
    scratch = try Scratch()
  }

  @Test(arguments: [["ps"], ["tree"], ["timers"], ["ps", "--json"], ["play"]])
  func `through a pipe is the same as in a file`(words: [String]) throws {
    let expected = try Command(shell: "$A \"$@\" < /dev/null", words + [file])
    #expect(expected.status == 0)
    #expect(expected.output.count > 25)
    for line in [
      "f=${@: -1}; set -- \"${@:1:$#-1}\"; $A \"$@\" <(cat \"$f\") < /dev/null",
      // Pieces in which no block is whole.
      "f=${@: -1}; set -- \"${@:1:$#-1}\"; $A \"$@\" <(dd if=\"$f\" bs=97 status=none) < /dev/null",
      "f=${@: -1}; set -- \"${@:1:$#-1}\"; cat \"$f\" | $A \"$@\" -",
    ] {
      let piped = try Command(shell: line, words + [file])
      #expect(piped.status == 0, "\(piped.errors)")
      #expect(piped.output == expected.output)
      #expect(piped.errors == expected.errors)
    }
  }

  @Test(arguments: ["ps", "play"])
  func `through a pipe with a name is read once, from its first byte`(command: String) throws {
    let pipe = scratch.file("pipe")
    let run = try Command(
      shell: """
        mkfifo $1; cat $2 > $1 & timeout 60 $A $3 $1 < /dev/null; s=$?; wait $! || s=$?; exit $s
        """,
      pipe, file, command)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("scheduled"))
  }

  @Test func `through a pipe that ends within a block is shown up to there`() throws {
    let run = try Command(shell: "head -c 30000 $1 | $A ps -", file)
    #expect(run.status == 0)
    #expect(run.output.contains("waiting"))
    #expect(run.errors.contains("the pipe ended within a block"), "\(run.errors)")
  }

  @Test func `has no moment after its end, and says so`() throws {
    let end = try Command("ps", file)
    #expect(end.errors.isEmpty)
    let beyond = try Command("ps", file, "--at", "99s")
    #expect(beyond.status == 0)
    #expect(beyond.output == end.output)
    #expect(
      beyond.errors
        == "asynctop: there is no moment 1:39.000 in the recording: it ends at 0:00.741, which is"
        + " shown\n")
    #expect(try Command("ps", file, "--at", "0.7s").errors.isEmpty)
    let played = try Command("play", file, "--at", "99s")
    #expect(played.errors.contains("there is no moment 1:39.000"))
    #expect(try Command("play", file).errors.isEmpty)
  }

  @Test func `does not have the files opened that it names`() throws {
    let pipe = scratch.file("pipe")
    let recording = try scratch.write("x.asyncrec", Data(CraftedRecording.module(at: pipe)))
    let run = try Command(shell: "mkfifo $1; timeout 60 $A ps $2", pipe, recording)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("waiting"))
  }

  @Test func `without tasks says why`() throws {
    let path = "\(Repository.root)/Tests/AsyncTopRecordingTests/Fixtures/v1-minimal.asyncrec"
    for command in ["ps", "tree", "play"] {
      let run = try Command(command, path)
      #expect(run.status == 0)
      #expect(run.errors == "asynctop: no tasks: the program has not run any yet\n")
    }
  }

  @Test(arguments: ["1", "100", "4095"])
  func `no room is not made`(size: String) throws {
    let target = try Target(scenario: "native")
    let path = scratch.file("small.asyncrec")
    let run = try Command("record", target.id, "-o", path, "--max-size", size)
    #expect(run.status == 1)
    #expect(run.errors.contains("a recording of at most \(size) bytes would hold nothing"))
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `room for nothing but its beginning says what is missing`() throws {
    let target = try Target(scenario: "native")
    let path = scratch.file("small.asyncrec")
    let run = try Command("record", target.id, "-o", path, "--max-size", "4096")
    #expect(run.status == 1)
    #expect(run.errors.contains("nothing could be recorded: the first copy of the tables does not"))
    let shown = try Command("ps", path)
    #expect(shown.status == 0)
    #expect(shown.errors.contains("nothing was recorded: it ends before"), "\(shown.errors)")
  }
}
