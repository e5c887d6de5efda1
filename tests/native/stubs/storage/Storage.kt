package android.os.storage

import android.content.Context
import java.io.File

abstract class StorageVolume {
  abstract val uuid: String?

  abstract fun getDescription(context: Context): String
}

abstract class StorageManager {
  abstract fun getStorageVolume(folder: File): StorageVolume?
}
