@file:Suppress("UNCHECKED_CAST", "UNUSED_PARAMETER")

package android.content

import android.content.pm.PackageManager
import android.net.Uri
import android.os.Parcelable

open class Context {
  val packageName = "dev.modelshelf.app"
  val packageManager = PackageManager()
}

/** An intent as another app sent it: `extra` is what lies under its stream, of whatever type. */
class Intent(var action: String?, data: Uri?, var type: String?, val flags: Int, private val extra: Any?) {
  var data: Uri? = data
    set(value) {
      field = value
      // As Android's does.
      type = null
    }

  fun <T> getParcelableExtra(name: String): T? = read(name) as T?

  fun <T : Parcelable> getParcelableArrayListExtra(name: String): ArrayList<T>? = read(name) as ArrayList<T>?

  private fun read(name: String): Any? {
    check(name == EXTRA_STREAM)
    // Android makes the objects of an intent when the first of them is read.
    if (extra == BROKEN) throw IllegalStateException("a class that doesn't exist here")
    return extra
  }

  companion object {
    const val ACTION_MAIN = "android.intent.action.MAIN"
    const val ACTION_VIEW = "android.intent.action.VIEW"
    const val ACTION_SEND = "android.intent.action.SEND"
    const val ACTION_SEND_MULTIPLE = "android.intent.action.SEND_MULTIPLE"
    const val EXTRA_STREAM = "android.intent.extra.STREAM"
    const val FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY = 0x00100000
    const val BROKEN = "broken"
  }
}
