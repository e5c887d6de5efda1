package dev.modelshelf.files

/** The addresses of files that other apps gave to this app, until JavaScript takes them. They end with the process. */
object ArrivedFiles {
  private val waiting = linkedSetOf<String>()

  @Synchronized
  fun add(addresses: List<String>) {
    waiting.addAll(addresses)
  }

  @Synchronized
  fun takeAll(): List<String> = waiting.toList().also { waiting.clear() }
}
