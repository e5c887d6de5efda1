package dev.modelshelf.proof

import dev.modelshelf.files.ModelFilesModule
import java.io.FileDescriptor
import java.io.FileOutputStream
import java.io.PrintStream

/**
 * Calls the module's functions for another process: a line `[call, "function", argument, …]` for each call, and a line
 * `{"call", "thread", "value"}` or `{"call", "thread", "code", "message"}` for each answer. After the
 * last line the module is destroyed, and the process ends if that leaves no thread of the module's.
 */
fun main() {
  val output = PrintStream(FileOutputStream(FileDescriptor.out), true, Charsets.UTF_8)
  val definition = ModelFilesModule().definition()
  fun answer(vararg parts: Pair<String, Any?>) {
    val line = jsonOf(mapOf(*parts) + ("thread" to Thread.currentThread().name))
    synchronized(output) { output.println(line) }
  }
  answer("name" to definition.name, "functions" to definition.asyncFunctions.keys)
  System.`in`.bufferedReader(Charsets.UTF_8).forEachLine { line ->
    val items = itemsOf(line)
    val call = (items[0] as Double).toInt()
    definition.asyncFunctions.getValue(items[1] as String).call(
      items.drop(2),
      { value -> answer("call" to call, "value" to value) },
      { error -> answer("call" to call, "code" to error.code, "message" to error.message) }
    )
  }
  definition.destroy()
}
