package dev.modelshelf.files

import java.io.IOException
import java.io.RandomAccessFile
import java.security.MessageDigest

/** The digest of a file from its first byte to the current position. Not thread-safe. */
class RunningDigest(path: String, algorithm: String) {
  private val file = RandomAccessFile(ModelFiles.fileAt(path).toFile(), "r")
  private var digest = MessageDigest.getInstance(if (algorithm == "git-sha1") "SHA-1" else "SHA-256")
  private var before: MessageDigest
  private var beforeBytes = 0L
  private var positionBytes = 0L

  init {
    if (algorithm == "git-sha1") digest.update("blob ${file.length()}\u0000".toByteArray())
    before = copyOf(digest)
  }

  /** Lower-case hex of all bytes before `endBytes`. */
  fun readTo(endBytes: Long): String {
    if (endBytes < positionBytes) throw IOException("It was read to byte $positionBytes already")
    val next = copyOf(digest)
    file.seek(positionBytes)
    val buffer = ByteArray(CHUNK_BYTES)
    var missing = endBytes - positionBytes
    while (missing > 0) {
      val read = file.read(buffer, 0, minOf(missing, CHUNK_BYTES.toLong()).toInt())
      if (read < 0) throw IOException("The file ends before byte $endBytes")
      next.update(buffer, 0, read)
      missing -= read
    }
    before = digest
    beforeBytes = positionBytes
    digest = next
    positionBytes = endBytes
    return copyOf(digest).digest().joinToString("") { String.format("%02x", it) }
  }

  /** Moves back to the position before the last `readTo`. */
  fun stepBack() {
    digest = copyOf(before)
    positionBytes = beforeBytes
  }

  fun close() {
    file.close()
  }

  private fun copyOf(state: MessageDigest) = state.clone() as MessageDigest

  private companion object {
    const val CHUNK_BYTES = 1024 * 1024
  }
}
