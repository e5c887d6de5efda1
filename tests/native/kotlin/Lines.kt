package dev.modelshelf.proof

import java.io.FileDescriptor
import java.io.FileOutputStream
import java.io.PrintStream

/** The items of a JSON array of strings and numbers, numbers as doubles. */
fun itemsOf(line: String): List<Any> {
  val items = mutableListOf<Any>()
  var at = 1
  while (line[at] != ']') {
    if (line[at] == ',') at += 1
    if (line[at] == '"') {
      val text = StringBuilder()
      at += 1
      while (line[at] != '"') {
        if (line[at] != '\\') {
          text.append(line[at])
          at += 1
        } else {
          val isCode = line[at + 1] == 'u'
          text.append(if (isCode) line.substring(at + 2, at + 6).toInt(16).toChar() else unescaped(line[at + 1]))
          at += if (isCode) 6 else 2
        }
      }
      items.add(text.toString())
      at += 1
    } else {
      val end = line.indexOfAny(charArrayOf(',', ']'), at)
      items.add(line.substring(at, end).toDouble())
      at = end
    }
  }
  return items
}

private fun unescaped(letter: Char) = when (letter) {
  'n' -> '\n'
  'r' -> '\r'
  't' -> '\t'
  'b' -> '\b'
  'f' -> '\u000c'
  else -> letter
}

fun jsonOf(value: Any?): String = when (value) {
  null, Unit -> "null"
  is Number, is Boolean -> value.toString()
  is Map<*, *> -> value.entries.joinToString(",", "{", "}") { (key, item) -> "${jsonOf(key)}:${jsonOf(item)}" }
  is Iterable<*> -> value.joinToString(",", "[", "]", transform = ::jsonOf)
  else -> "\"" + value.toString().map(::escaped).joinToString("") + "\""
}

private fun escaped(letter: Char) = when {
  letter == '"' || letter == '\\' -> "\\$letter"
  letter < ' ' -> "\\u" + letter.code.toString(16).padStart(4, '0')
  else -> letter.toString()
}

private val output = PrintStream(FileOutputStream(FileDescriptor.out), true, Charsets.UTF_8)

/** Says a line to the process that started this one. */
fun tell(told: Map<String, Any?>) = synchronized(output) { output.println(jsonOf(told)) }

/** Each line `[call, "function", argument, …]` of the process that started this one, to the end of the input. */
fun forEachCall(serve: (call: Int, name: String, args: List<Any>) -> Unit) =
  System.`in`.bufferedReader(Charsets.UTF_8).forEachLine { line ->
    val items = itemsOf(line)
    serve((items[0] as Double).toInt(), items[1] as String, items.drop(2))
  }

fun answer(call: Int, vararg parts: Pair<String, Any?>) =
  tell(mapOf("call" to call, "thread" to Thread.currentThread().name) + parts)
