package android.util

object Log {
  fun w(tag: String, message: String, error: Throwable): Int = throw AssertionError("$tag: $message", error)
}
