package org.json

/** An object of texts, which is all that the package writes and reads. */
class JSONObject(private val values: Map<*, *>) {
  constructor(text: String) : this(
    PAIR.findAll(text).associate { pair -> unescaped(pair.groupValues[1]) to unescaped(pair.groupValues[2]) }
  )

  fun keys(): Iterator<String> = values.keys.map { it.toString() }.iterator()
  fun getString(key: String) = values.getValue(key).toString()
  fun optString(key: String, other: String) = values[key]?.toString() ?: other

  override fun toString() =
    values.entries.joinToString(",", "{", "}") { (key, value) -> "\"${escaped(key)}\":\"${escaped(value)}\"" }

  private companion object {
    val PAIR = Regex("\"((?:[^\"\\\\]|\\\\.)*)\":\"((?:[^\"\\\\]|\\\\.)*)\"")

    fun escaped(value: Any?) = value.toString().replace(Regex("[\"\\\\]"), "\\\\$0")
    fun unescaped(text: String) = text.replace(Regex("\\\\(.)"), "$1")

    fun Map<*, *>.getValue(key: String) = this[key] ?: throw NoSuchElementException(key)
  }
}
