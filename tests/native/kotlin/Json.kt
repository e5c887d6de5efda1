package dev.modelshelf.proof

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
