package dev.modelshelf.files

import java.io.File
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.LinkOption.NOFOLLOW_LINKS
import java.nio.file.NoSuchFileException
import java.nio.file.NotDirectoryException
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.BasicFileAttributes

/**
 * Functions that the file packages lack. Uses only plain Java, so that it also runs outside Android. Paths are
 * absolute.
 */
object ModelFiles {
  private const val PIECE_BYTES = 8L * 1024 * 1024

  class Entry(val path: String, val sizeBytes: Long)

  /** Regular files at any depth, with paths relative to `folder`. Links are neither listed nor followed. */
  fun list(folder: String): List<Entry> {
    val root = pathOf(folder)
    val entries = mutableListOf<Entry>()
    val found = attributes(root)
    if (found != null && !found.isSymbolicLink) collect(root, "", entries)
    return entries
  }

  private fun collect(folder: Path, prefix: String, entries: MutableList<Entry>) {
    // Throws where a folder can't be read, because that isn't the same as an empty folder.
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

  /**
   * Makes `from` durable and renames it atomically over any file at `to`: a reader sees the old file or the new file.
   */
  fun replace(from: String, to: String) {
    val target = pathOf(to)
    if (!sync(from)) throw NoSuchFileException(from)
    Files.createDirectories(target.parent)
    // This is rename(2), which also replaces an existing file.
    Files.move(pathOf(from), target, StandardCopyOption.ATOMIC_MOVE)
    syncFolder(target.parent)
  }

  /** Appends all of `from` to `to`; removes `from` when the bytes are durable. */
  fun append(from: String, to: String) {
    val source = fileAt(from)
    val target = pathOf(to)
    Files.createDirectories(target.parent)
    FileChannel.open(source, READ, NOFOLLOW_LINKS).use { input ->
      FileChannel.open(target, WRITE, CREATE, NOFOLLOW_LINKS).use { output ->
        if (Files.isSameFile(source, target)) throw IOException("A file can't be added to itself")
        addAll(input, output)
        output.force(true)
      }
    }
    syncFolder(target.parent)
    Files.delete(source)
  }

  private fun addAll(input: FileChannel, output: FileChannel) {
    val sizeBytes = input.size()
    output.position(output.size())
    var doneBytes = 0L
    while (doneBytes < sizeBytes) {
      val addedBytes = input.transferTo(doneBytes, minOf(PIECE_BYTES, sizeBytes - doneBytes), output)
      if (addedBytes <= 0) throw IOException("The file ends before byte $sizeBytes")
      doneBytes += addedBytes
    }
  }

  /** Writes a file's bytes through to the disk. False when there is no such file. */
  fun sync(path: String): Boolean {
    val place = pathOf(path)
    if (!isFile(place)) return false
    FileChannel.open(place, WRITE, NOFOLLOW_LINKS).use { it.force(true) }
    return true
  }

  private fun syncFolder(folder: Path) {
    // Some file systems can't sync folders; the rename alone has to suffice there.
    try {
      FileChannel.open(folder, READ).use { it.force(true) }
    } catch (refused: IOException) {
      return
    }
  }

  /** Cuts off the bytes beyond `sizeBytes`; a shorter file stays as it is. */
  fun truncate(path: String, sizeBytes: Long) {
    FileChannel.open(fileAt(path), WRITE, NOFOLLOW_LINKS).use { it.truncate(sizeBytes) }
  }

  /** Removes a file, or a folder with all its content; never a link's target. Absent is fine. */
  fun remove(path: String) {
    removeBelow(pathOf(path))
  }

  private fun removeBelow(path: Path) {
    val found = attributes(path) ?: return
    if (found.isDirectory) {
      try {
        Files.newDirectoryStream(path).use { stream -> stream.toList() }.forEach(::removeBelow)
      } catch (gone: NotDirectoryException) {
        // The folder was replaced by a file meanwhile.
      }
    }
    Files.deleteIfExists(path)
  }

  fun makeFolder(path: String) {
    Files.createDirectories(pathOf(path))
  }

  /** The path of a regular file. Throws NoSuchFileException where there is nothing, a folder or a link. */
  fun fileAt(path: String): Path {
    val place = pathOf(path)
    if (!isFile(place)) throw NoSuchFileException(path)
    return place
  }

  private fun pathOf(path: String) = File(path).toPath()

  private fun isFile(path: Path) = attributes(path)?.isRegularFile == true

  private fun attributes(path: Path): BasicFileAttributes? = try {
    Files.readAttributes(path, BasicFileAttributes::class.java, NOFOLLOW_LINKS)
  } catch (gone: NoSuchFileException) {
    null
  }
}
