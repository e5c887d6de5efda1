package dev.modelshelf.files

import android.content.Context
import android.os.Environment
import android.os.storage.StorageManager
import java.io.File

/** The app's own folders on cards and drives that can be taken out. They go with the app when it is removed. */
internal object Cards {
  class Card(val id: String, val name: String, val folder: String, val freeBytes: Long)

  /** Those that are in, and that the system has prepared for the app. */
  fun list(context: Context): List<Card> {
    val storage = context.getSystemService(StorageManager::class.java) ?: return emptyList()
    return context.getExternalFilesDirs(null).filterNotNull().filter(::isIn).mapNotNull { folder ->
      val volume = storage.getStorageVolume(folder) ?: return@mapNotNull null
      val id = volume.uuid?.lowercase() ?: return@mapNotNull null
      Card(id, volume.getDescription(context), File(folder, "models").path, folder.usableSpace)
    }
  }

  private fun isIn(folder: File): Boolean = try {
    Environment.isExternalStorageRemovable(folder) &&
      Environment.getExternalStorageState(folder) == Environment.MEDIA_MOUNTED
  } catch (error: IllegalArgumentException) {
    // The system doesn't know the folder's volume any more.
    false
  }
}
