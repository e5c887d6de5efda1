package dev.modelshelf.files

import java.io.File
import java.io.IOException
import java.io.RandomAccessFile
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.LinkOption
import java.nio.file.NoSuchFileException
import java.nio.file.NotDirectoryException
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.nio.file.StandardOpenOption
import java.nio.file.attribute.BasicFileAttributes
import java.security.MessageDigest

/** What the file packages lack, over plain Java, so that it also runs outside of Android. Paths are absolute and bare. */
object ModelFiles {
  class Entry(val path: String, val sizeBytes: Long)

  /** Regular files at any depth, with paths relative to `folder`. Links are neither listed nor followed. */
  fun list(folder: String): List<Entry> {
    val root = File(folder).toPath()
    val entries = mutableListOf<Entry>()
    if (attributes(root) != null) collect(root, "", entries)
    return entries
  }

  private fun collect(folder: Path, prefix: String, entries: MutableList<Entry>) {
    // Throws where a folder can't be read: that isn't the same as an empty one.
    val children = try {
      Files.newDirectoryStream(folder).use { stream -> stream.toList() }
    } catch (gone: NoSuchFileException) {
      return
    }
    for (child in children) {
      val found = attributes(child) ?: continue
      val path = prefix + child.fileName.toString()
      if (found.isDirectory) collect(child, "$path/", entries)
      if (found.isRegularFile) entries.add(Entry(path, found.size()))
    }
  }

  private fun attributes(path: Path): BasicFileAttributes? = try {
    Files.readAttributes(path, BasicFileAttributes::class.java, LinkOption.NOFOLLOW_LINKS)
  } catch (gone: NoSuchFileException) {
    null
  }

  /** Renames over whatever file has the name, the bytes on the disk first: a reader sees the old file or the new one. */
  fun replace(from: String, to: String) {
    val source = File(from).toPath()
    val target = File(to).toPath()
    if (!sync(from)) throw NoSuchFileException(from)
    Files.createDirectories(target.parent)
    // With REPLACE_EXISTING implied: this is rename(2).
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE)
    syncFolder(target.parent)
  }

  /** Writes a file's bytes through to the disk. False when there is no such file. */
  fun sync(path: String): Boolean {
    val file = File(path)
    if (!file.isFile) return false
    RandomAccessFile(file, "rw").use { it.fd.sync() }
    return true
  }

  private fun syncFolder(folder: Path) {
    // Some file systems sync no folders; there the rename itself has to do.
    try {
      FileChannel.open(folder, StandardOpenOption.READ).use { it.force(true) }
    } catch (refused: IOException) {
      return
    }
  }

  /** Cuts off what lies past `sizeBytes`; a shorter file stays as it is. */
  fun truncate(path: String, sizeBytes: Long) {
    RandomAccessFile(File(path), "rw").use { if (it.length() > sizeBytes) it.setLength(sizeBytes) }
  }

  /** Removes a file or a folder with all it holds, never what a link points to. Absent is fine. */
  fun remove(path: String) {
    removeBelow(File(path).toPath())
  }

  private fun removeBelow(path: Path) {
    val found = attributes(path) ?: return
    if (found.isDirectory) {
      try {
        Files.newDirectoryStream(path).use { stream -> stream.toList() }.forEach(::removeBelow)
      } catch (gone: NotDirectoryException) {
        // It became a file meanwhile.
      }
    }
    Files.deleteIfExists(path)
  }
}

/** The digest of a file from its first byte to where it stands. Not for several threads at once. */
class RunningDigest(private val path: String, algorithm: String) {
  private val file: RandomAccessFile
  private var digest = MessageDigest.getInstance(if (algorithm == "sha256") "SHA-256" else "SHA-1")
  private var before: MessageDigest
  private var beforeBytes = 0L
  private var positionBytes = 0L

  init {
    if (!File(path).isFile) throw NoSuchFileException(path)
    file = RandomAccessFile(File(path), "r")
    if (algorithm == "git-sha1") digest.update("blob ${file.length()}\u0000".toByteArray())
    before = copyOf(digest)
  }

  /** Lower-case hex of all bytes before `endBytes`. */
  fun readTo(endBytes: Long): String {
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

  /** Goes back to where the last `readTo` began. */
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
