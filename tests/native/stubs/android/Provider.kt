package android.content

import android.database.Cursor
import android.net.Uri

class ContentValues

/** With a context from the moment on that it is made. */
abstract class ContentProvider {
  val context: Context? = Context()

  abstract fun onCreate(): Boolean

  abstract fun query(
    uri: Uri,
    projection: Array<String>?,
    selection: String?,
    selectionArgs: Array<String>?,
    sortOrder: String?
  ): Cursor?

  abstract fun getType(uri: Uri): String?
  abstract fun insert(uri: Uri, values: ContentValues?): Uri?
  abstract fun delete(uri: Uri, selection: String?, selectionArgs: Array<String>?): Int
  abstract fun update(uri: Uri, values: ContentValues?, selection: String?, selectionArgs: Array<String>?): Int
}
