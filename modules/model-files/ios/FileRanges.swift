import CryptoKit
import Foundation

/// Parts of files: their digests, and copies of them into other files. Paths are absolute and bare.
enum FileRanges {
  struct Range {
    let startBytes: Int64
    let endBytes: Int64
  }

  private static let pieceBytes: Int64 = 1024 * 1024

  /// Lower-case hex of the bytes from `startBytes` to `endBytes`.
  static func digest(_ path: String, _ startBytes: Int64, _ endBytes: Int64) throws -> String {
    var hash = SHA256()
    try readAll(path, Range(startBytes: startBytes, endBytes: endBytes)) { data in
      hash.update(data: data)
    }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }

  static func copy(_ from: String, _ to: String, _ range: Range, toBytes: Int64) throws {
    _ = try ModelFiles.sizeOfFile(from)
    let parent = (to as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    let descriptor = open(to, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else {
      throw ModelFilesError.system(errno)
    }
    let target = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard try !isSameFile(from, descriptor) else {
      throw ModelFilesError.system(EINVAL)
    }
    try target.seek(toOffset: UInt64(toBytes))
    try readAll(from, range) { data in
      try target.write(contentsOf: data)
    }
  }

  private static func isSameFile(_ path: String, _ descriptor: Int32) throws -> Bool {
    var first = stat()
    var second = stat()
    guard lstat(path, &first) == 0, fstat(descriptor, &second) == 0 else {
      throw ModelFilesError.system(errno)
    }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  private static func readAll(_ path: String, _ range: Range, _ onData: (Data) throws -> Void) throws {
    _ = try ModelFiles.sizeOfFile(path)
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(range.startBytes))
    var position = range.startBytes
    while position < range.endBytes {
      // Without this pool, each piece would stay in memory until the whole range is read.
      position += try autoreleasepool { () -> Int64 in
        let most = min(pieceBytes, range.endBytes - position)
        guard let data = try file.read(upToCount: Int(most)), !data.isEmpty else {
          throw ModelFilesError.endsSooner
        }
        try onData(data)
        return Int64(data.count)
      }
    }
  }
}
