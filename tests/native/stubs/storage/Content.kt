package android.content

import java.io.File

/** As far as the module asks Android for the volumes. */
abstract class Context {
  abstract fun getExternalFilesDirs(type: String?): Array<File?>

  abstract fun <T> getSystemService(service: Class<T>): T?
}
