import Foundation

/// Functions that the file packages lack, with plain POSIX. Paths are absolute and bare.
enum ModelFiles {
  struct Entry {
    let path: String
    let sizeBytes: Int64
  }

  private static let pieceBytes = 1024 * 1024

  /// Regular files at any depth, with paths relative to `folder`. Links are neither listed nor followed.
  static func list(_ folder: String) throws -> [Entry] {
    var entries: [Entry] = []
    switch try kind(of: folder) {
    case .directory:
      try collect(folder, prefix: "", into: &entries)
    case .file:
      throw ModelFilesError.system(ENOTDIR)
    case .absent, .other:
      break
    }
    return entries
  }

  private enum Kind: Equatable {
    case absent
    case file(Int64)
    case directory
    case other
  }

  /// Throws where the kind can't be determined, because that isn't the same as nothing.
  private static func kind(of path: String) throws -> Kind {
    var found = stat()
    guard lstat(path, &found) == 0 else {
      let reason = errno
      guard reason == ENOENT else {
        throw ModelFilesError.system(reason)
      }
      return .absent
    }
    switch found.st_mode & S_IFMT {
    case S_IFREG:
      return .file(Int64(found.st_size))
    case S_IFDIR:
      return .directory
    default:
      return .other
    }
  }

  private static func collect(_ folder: String, prefix: String, into entries: inout [Entry]) throws {
    // Throws where a folder can't be read, because that isn't the same as an empty folder.
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      return
    }
    for name in names {
      let place = folder + "/" + name
      switch try kind(of: place) {
      case .directory:
        try collect(place, prefix: prefix + name + "/", into: &entries)
      case .file(let sizeBytes):
        entries.append(Entry(path: prefix + name, sizeBytes: sizeBytes))
      case .absent, .other:
        break
      }
    }
  }

  /// Makes `from` durable and renames it atomically over any file at `to`: a reader sees the old file or the new file.
  static func replace(_ from: String, _ to: String) throws {
    guard try sync(from) else {
      throw ModelFilesError.system(ENOENT)
    }
    let parent = try makeParent(to)
    try check(rename(from, to))
    syncFolder(parent)
  }

  /// Appends all of `from` to `to`; removes `from` when the bytes are durable.
  static func append(_ from: String, _ to: String) throws {
    let sizeBytes = try sizeOfFile(from)
    let parent = try makeParent(to)
    let source = open(from, O_RDONLY | O_NOFOLLOW)
    try check(source)
    defer { close(source) }
    let target = open(to, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o644)
    try check(target)
    defer { close(target) }
    guard try !isSameFile(source, target) else {
      throw ModelFilesError.system(EINVAL)
    }
    try addAll(sizeBytes, from: source, to: target)
    try flush(target)
    syncFolder(parent)
    try check(unlink(from))
  }

  private static func addAll(_ sizeBytes: Int64, from source: Int32, to target: Int32) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 1)
    defer { buffer.deallocate() }
    var missing = sizeBytes
    while missing > 0 {
      let piece = read(source, buffer.baseAddress, Int(min(missing, Int64(pieceBytes))))
      try check(piece)
      guard piece > 0 else {
        throw ModelFilesError.endsSooner
      }
      var written = 0
      while written < piece {
        let added = write(target, buffer.baseAddress?.advanced(by: written), piece - written)
        try check(added)
        written += added
      }
      missing -= Int64(piece)
    }
  }

  private static func isSameFile(_ one: Int32, _ other: Int32) throws -> Bool {
    var first = stat()
    var second = stat()
    try check(fstat(one, &first))
    try check(fstat(other, &second))
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Writes a file's bytes through to the disk. False when there is no such file.
  static func sync(_ path: String) throws -> Bool {
    guard case .file = try kind(of: path) else {
      return false
    }
    let file = open(path, O_RDONLY | O_NOFOLLOW)
    try check(file)
    defer { close(file) }
    try flush(file)
    return true
  }

  private static func flush(_ file: Int32) throws {
    // On Apple's systems, fsync doesn't flush the drive's own cache.
    if fcntl(file, F_FULLFSYNC) != 0 {
      try check(fsync(file))
    }
  }

  private static func syncFolder(_ path: String) {
    // Some file systems can't sync folders; the rename alone has to suffice there.
    let folder = open(path, O_RDONLY)
    if folder >= 0 {
      _ = fsync(folder)
      close(folder)
    }
  }

  /// Cuts off the bytes beyond `sizeBytes`; a shorter file stays as it is.
  static func truncate(_ path: String, _ sizeBytes: Int64) throws {
    if try sizeOfFile(path) > sizeBytes {
      try check(Darwin.truncate(path, off_t(sizeBytes)))
    }
  }

  /// Removes a file, or a folder with all its content; never a link's target. Absent is fine.
  static func remove(_ path: String) throws {
    if try kind(of: path) == .absent {
      return
    }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch let error as CocoaError where error.code == .fileNoSuchFile {
      // It was removed meanwhile.
    }
  }

  /// Excludes a folder and its content from backups to iCloud and to a computer.
  static func excludeFromBackup(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var url = URL(fileURLWithPath: path, isDirectory: true)
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    try url.setResourceValues(values)
  }

  /// Throws ENOENT where there is nothing, a folder or a link.
  static func sizeOfFile(_ path: String) throws -> Int64 {
    guard case .file(let sizeBytes) = try kind(of: path) else {
      throw ModelFilesError.system(ENOENT)
    }
    return sizeBytes
  }

  private static func makeParent(_ path: String) throws -> String {
    let parent = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    return parent
  }

  private static func check<Result: SignedInteger>(_ result: Result) throws {
    if result < 0 {
      throw ModelFilesError.system(errno)
    }
  }
}
