package android.content

import android.app.NotificationManager
import android.app.job.JobScheduler
import android.os.PowerManager
import java.io.File
import java.util.Properties

private fun placeOf(name: String) = File(System.getProperty("phone.folder"), "$name.properties")

/** What outlives the process, by its name. */
fun systemFile(name: String): Properties {
  val file = placeOf(name)
  return Properties().apply { if (file.exists()) file.reader().use(::load) }
}

@Synchronized
fun stored(name: String, change: (Properties) -> Unit) {
  val properties = systemFile(name).also(change)
  placeOf(name).writer().use { properties.store(it, null) }
}

class ComponentName(val className: String) {
  constructor(context: Context, type: Class<*>) : this(type.name.also { checkNotNull(context) })
}

open class Context {
  fun getSystemService(name: String): Any = when (name) {
    JOB_SCHEDULER_SERVICE -> JobScheduler()
    POWER_SERVICE -> PowerManager()
    else -> NotificationManager()
  }

  fun getSharedPreferences(name: String, mode: Int) = SharedPreferences(name).also { check(mode == MODE_PRIVATE) }

  companion object {
    const val JOB_SCHEDULER_SERVICE = "jobscheduler"
    const val POWER_SERVICE = "power"
    const val MODE_PRIVATE = 0
  }
}

class SharedPreferences(private val name: String) {
  fun getLong(key: String, other: Long) = systemFile(name).getProperty(key)?.toLong() ?: other
  fun getString(key: String, other: String?): String? = systemFile(name).getProperty(key) ?: other
  fun edit() = Editor(name)

  class Editor(private val name: String) {
    private val changes = mutableListOf<(Properties) -> Unit>()

    fun putLong(key: String, value: Long) = putString(key, value.toString())
    fun putString(key: String, value: String) = apply { changes.add { it.setProperty(key, value) } }
    fun remove(key: String) = apply { changes.add { it.remove(key) } }

    /** On the disk at once: Android's is a moment later, which no kill here may fall into. */
    fun apply() = stored(name) { properties -> changes.forEach { it(properties) } }
  }
}
