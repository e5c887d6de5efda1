package android.os

import java.io.File

object Environment {
  const val MEDIA_MOUNTED = "mounted"

  /** The folders on volumes that can be taken out, and that are in. */
  val removable = mutableSetOf<File>()

  @JvmStatic
  fun isExternalStorageRemovable(folder: File): Boolean = folder in removable

  @JvmStatic
  fun getExternalStorageState(folder: File): String = if (folder in removable) MEDIA_MOUNTED else "removed"
}
