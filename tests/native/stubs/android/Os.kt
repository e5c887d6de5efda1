package android.os

object Build {
  object VERSION {
    const val SDK_INT = 34
  }

  object VERSION_CODES {
    const val S = 31
    const val UPSIDE_DOWN_CAKE = 34
  }
}

class PersistableBundle {
  val values = mutableMapOf<String, String>()

  fun putString(key: String, value: String) = values.set(key, value)
  fun putLong(key: String, value: Long) = values.set(key, value.toString())
  fun putBoolean(key: String, value: Boolean) = values.set(key, value.toString())
  fun getString(key: String) = values[key]
  fun getLong(key: String, other: Long) = values[key]?.toLong() ?: other
  fun getBoolean(key: String, other: Boolean) = values[key]?.toBoolean() ?: other
}

class PowerManager {
  fun newWakeLock(level: Int, tag: String) = WakeLock().also { check(level == PARTIAL_WAKE_LOCK && tag != "") }

  class WakeLock {
    var isHeld = false
      private set

    fun setReferenceCounted(isCounted: Boolean) = check(!isCounted)

    fun acquire(timeoutMs: Long) {
      isHeld = timeoutMs > 0
    }

    fun release() {
      isHeld = false
    }
  }

  companion object {
    const val PARTIAL_WAKE_LOCK = 1
  }
}
