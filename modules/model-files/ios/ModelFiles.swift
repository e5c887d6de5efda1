import Foundation

/// What the file packages lack, over plain POSIX. Paths are absolute and bare.
enum ModelFiles {
  struct Entry {
    let path: String
    let sizeBytes: Int64
  }

  /// Regular files at any depth, with paths relative to `folder`. Links are neither listed nor followed.
  static func list(_ folder: String) throws -> [Entry] {
    var entries: [Entry] = []
    if kind(of: folder) == .directory {
      try collect(folder, prefix: "", into: &entries)
    }
    return entries
  }

  private enum Kind: Equatable {
    case absent
    case file(Int64)
    case directory
    case other
  }

  private static func kind(of path: String) -> Kind {
    var found = stat()
    guard lstat(path, &found) == 0 else {
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
    // Throws where a folder can't be read: that isn't the same as an empty one.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let place = folder + "/" + name
      switch kind(of: place) {
      case .directory:
        try collect(place, prefix: prefix + name + "/", into: &entries)
      case .file(let sizeBytes):
        entries.append(Entry(path: prefix + name, sizeBytes: sizeBytes))
      case .absent, .other:
        break
      }
    }
  }

  /// Renames over whatever file has the name, the bytes on the disk first: a reader sees the old file or the new one.
  static func replace(_ from: String, _ to: String) throws {
    guard try sync(from) else {
      throw ModelFilesError.system(ENOENT)
    }
    let parent = (to as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try check(rename(from, to))
    syncFolder(parent)
  }

  /// Writes a file's bytes through to the disk. False when there is no such file.
  static func sync(_ path: String) throws -> Bool {
    let file = open(path, O_RDONLY)
    if file < 0 && errno == ENOENT {
      return false
    }
    try check(file)
    defer { close(file) }
    // On Apple's systems fsync stops at the drive's own cache.
    if fcntl(file, F_FULLFSYNC) != 0 {
      try check(fsync(file))
    }
    return true
  }

  private static func syncFolder(_ path: String) {
    // Some file systems sync no folders; there the rename itself has to do.
    let folder = open(path, O_RDONLY)
    if folder >= 0 {
      _ = fsync(folder)
      close(folder)
    }
  }

  /// Cuts off what lies past `sizeBytes`; a shorter file stays as it is.
  static func truncate(_ path: String, _ sizeBytes: Int64) throws {
    if case .file(let actualBytes) = kind(of: path), actualBytes <= sizeBytes {
      return
    }
    try check(Darwin.truncate(path, off_t(sizeBytes)))
  }

  /// Removes a file or a folder with all it holds, never what a link points to. Absent is fine.
  static func remove(_ path: String) throws {
    if kind(of: path) == .absent {
      return
    }
    try FileManager.default.removeItem(atPath: path)
  }

  /// Keeps a folder, and what is put into it, out of iCloud's and the computer's backups.
  static func excludeFromBackup(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var url = URL(fileURLWithPath: path, isDirectory: true)
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    try url.setResourceValues(values)
  }

  private static func check(_ result: Int32) throws {
    if result < 0 {
      throw ModelFilesError.system(errno)
    }
  }
}
