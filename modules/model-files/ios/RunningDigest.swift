import CryptoKit
import Foundation

/// The digest of a file from its first byte to the current position. Not thread-safe.
final class RunningDigest {
  private enum State {
    case sha256(SHA256)
    case sha1(Insecure.SHA1)

    func adding(_ data: Data) -> State {
      switch self {
      case .sha256(var hash):
        hash.update(data: data)
        return .sha256(hash)
      case .sha1(var hash):
        hash.update(data: data)
        return .sha1(hash)
      }
    }

    var hex: String {
      switch self {
      case .sha256(let hash):
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
      case .sha1(let hash):
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
      }
    }
  }

  private static let chunkBytes: Int64 = 1024 * 1024

  private let file: FileHandle
  private var state: State
  private var positionBytes: Int64 = 0
  private var before: State
  private var beforeBytes: Int64 = 0

  init(path: String, algorithm: String) throws {
    _ = try ModelFiles.sizeOfFile(path)
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    var begun = State.sha256(SHA256())
    if algorithm == "git-sha1" {
      let sizeBytes = try handle.seekToEnd()
      begun = State.sha1(Insecure.SHA1()).adding(Data("blob \(sizeBytes)\0".utf8))
    }
    file = handle
    state = begun
    before = begun
  }

  /// Lower-case hex of all bytes before `endBytes`.
  func readTo(_ endBytes: Int64) throws -> String {
    guard endBytes >= positionBytes else {
      throw ModelFilesError.readAlready
    }
    var next = state
    var position = positionBytes
    try file.seek(toOffset: UInt64(position))
    while position < endBytes {
      // Without this pool, each chunk would stay in memory until the whole file is read.
      let read = try autoreleasepool { () -> Int64 in
        let most = min(RunningDigest.chunkBytes, endBytes - position)
        guard let data = try file.read(upToCount: Int(most)), !data.isEmpty else {
          throw ModelFilesError.endsSooner
        }
        next = next.adding(data)
        return Int64(data.count)
      }
      position += read
    }
    before = state
    beforeBytes = positionBytes
    state = next
    positionBytes = endBytes
    return state.hex
  }

  /// Moves back to the position before the last `readTo`.
  func stepBack() {
    state = before
    positionBytes = beforeBytes
  }

  func close() throws {
    try file.close()
  }
}

enum ModelFilesError: Error {
  case endsSooner
  case readAlready
  case system(Int32)
}
