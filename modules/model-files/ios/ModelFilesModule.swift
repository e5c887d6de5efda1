import ExpoModulesCore

/// JavaScript's interface to `ModelFiles.swift`; `modules/model-files/index.ts` states the contract.
public final class ModelFilesModule: Module {
  // All calls run on this queue, one after the other, so that a digest is never read by two threads.
  private let queue = DispatchQueue(label: "dev.modelshelf.files", qos: .userInitiated)
  private var digests: [Int: RunningDigest] = [:]
  private var lastId = 0

  public func definition() -> ModuleDefinition {
    Name("ModelFiles")

    AsyncFunction("list") { (folder: String) -> [[String: Any]] in
      try self.coded {
        try ModelFiles.list(folder).map { ["path": $0.path, "sizeBytes": Double($0.sizeBytes)] }
      }
    }.runOnQueue(queue)

    AsyncFunction("replace") { (from: String, to: String) in
      try self.coded { try ModelFiles.replace(from, to) }
    }.runOnQueue(queue)

    AsyncFunction("append") { (from: String, to: String) in
      try self.coded { try ModelFiles.append(from, to) }
    }.runOnQueue(queue)

    AsyncFunction("sync") { (path: String) -> Bool in
      try self.coded { try ModelFiles.sync(path) }
    }.runOnQueue(queue)

    AsyncFunction("truncate") { (path: String, sizeBytes: Double) in
      try self.coded { try ModelFiles.truncate(path, self.whole(sizeBytes)) }
    }.runOnQueue(queue)

    AsyncFunction("remove") { (path: String) in
      try self.coded { try ModelFiles.remove(path) }
    }.runOnQueue(queue)

    AsyncFunction("excludeFromBackup") { (path: String) in
      try self.coded { try ModelFiles.excludeFromBackup(path) }
    }.runOnQueue(queue)

    AsyncFunction("digestRange") { (path: String, startBytes: Double, endBytes: Double) -> String in
      try self.coded { try FileRanges.digest(path, self.whole(startBytes), self.whole(endBytes)) }
    }.runOnQueue(queue)

    AsyncFunction("copyRange") {
      (from: String, to: String, startBytes: Double, endBytes: Double, toBytes: Double) in
      try self.coded {
        let range = try FileRanges.Range(startBytes: self.whole(startBytes), endBytes: self.whole(endBytes))
        try FileRanges.copy(from, to, range, toBytes: self.whole(toBytes))
      }
    }.runOnQueue(queue)

    AsyncFunction("openDigest") { (path: String, algorithm: String) -> Int in
      try self.coded {
        let digest = try RunningDigest(path: path, algorithm: algorithm)
        self.lastId += 1
        self.digests[self.lastId] = digest
        return self.lastId
      }
    }.runOnQueue(queue)

    AsyncFunction("readDigest") { (id: Int, endBytes: Double) -> String in
      try self.coded { try self.digest(id).readTo(self.whole(endBytes)) }
    }.runOnQueue(queue)

    AsyncFunction("stepBackDigest") { (id: Int) in
      try self.coded { try self.digest(id).stepBack() }
    }.runOnQueue(queue)

    AsyncFunction("closeDigest") { (id: Int) in
      try self.coded {
        let digest = self.digests.removeValue(forKey: id)
        try digest?.close()
      }
    }.runOnQueue(queue)
  }

  /// Swift's own conversions crash the app for NaN, and for a number that is too large or negative.
  private func whole(_ value: Double) throws -> Int64 {
    guard let number = Int64(exactly: value.rounded(.down)), number >= 0 else {
      throw ModelFilesError.system(EINVAL)
    }
    return number
  }

  private func digest(_ id: Int) throws -> RunningDigest {
    guard let digest = digests[id] else {
      throw Exception(name: "ClosedException", description: "No such digest", code: "ERR_CLOSED")
    }
    return digest
  }

  @discardableResult
  private func coded<T>(_ work: () throws -> T) throws -> T {
    do {
      return try work()
    } catch let error as Exception {
      throw error
    } catch ModelFilesError.system(ENOENT) {
      throw Exception(name: "AbsentException", description: "No such file", code: "ERR_ABSENT")
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
      throw Exception(name: "AbsentException", description: "No such file", code: "ERR_ABSENT")
    } catch {
      throw Exception(name: "IoException", description: String(describing: error), code: "ERR_IO")
    }
  }
}
