package dev.modelshelf.files

import java.io.File
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.LinkOption.NOFOLLOW_LINKS
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.security.MessageDigest

/** Parts of files: their digests, and copies of them into other files. */
object FileRanges {
  private const val PIECE_BYTES = 1024 * 1024

  /** Lower-case hex of the bytes from `startBytes` to `endBytes`. */
  fun digest(path: String, startBytes: Long, endBytes: Long): String {
    val digest = MessageDigest.getInstance("SHA-256")
    FileChannel.open(ModelFiles.fileAt(path), READ, NOFOLLOW_LINKS).use { input ->
      readAll(input, startBytes, endBytes) { piece, _ -> digest.update(piece) }
    }
    return digest.digest().joinToString("") { String.format("%02x", it) }
  }

  fun copy(from: String, to: String, startBytes: Long, endBytes: Long, toBytes: Long) {
    val source = ModelFiles.fileAt(from)
    val target = File(to).toPath()
    Files.createDirectories(target.parent)
    FileChannel.open(source, READ, NOFOLLOW_LINKS).use { input ->
      FileChannel.open(target, WRITE, CREATE, NOFOLLOW_LINKS).use { output ->
        if (Files.isSameFile(source, target)) throw IOException("A file can't be copied into itself")
        readAll(input, startBytes, endBytes) { piece, atBytes ->
          var position = toBytes + atBytes - startBytes
          while (piece.hasRemaining()) position += output.write(piece, position)
        }
      }
    }
  }

  private fun readAll(input: FileChannel, startBytes: Long, endBytes: Long, onPiece: (ByteBuffer, Long) -> Unit) {
    val buffer = ByteBuffer.allocate(PIECE_BYTES)
    var position = startBytes
    while (position < endBytes) {
      buffer.clear().limit(minOf(PIECE_BYTES.toLong(), endBytes - position).toInt())
      val read = input.read(buffer, position)
      if (read < 0) throw IOException("The file ends before byte $endBytes")
      buffer.flip()
      onPiece(buffer, position)
      position += read
    }
  }
}
