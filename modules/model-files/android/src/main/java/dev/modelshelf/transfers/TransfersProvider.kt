package dev.modelshelf.transfers

import android.content.ContentProvider
import android.content.ContentValues
import android.database.Cursor
import android.net.Uri
import android.util.Log

/**
 * Provides no content. Android creates a process's providers once, before its services, its screens and the app itself.
 * This lets a new process prepare its jobs before they run again.
 */
class TransfersProvider : ContentProvider() {
  override fun onCreate(): Boolean {
    try {
      context?.let(TransferJobs::rememberWhatCame)
    } catch (error: Exception) {
      // To download bytes twice is better than an app that doesn't start.
      Log.w("ModelFiles", "Transfers may begin again from their first byte", error)
    }
    return true
  }

  override fun query(
    uri: Uri,
    projection: Array<String>?,
    selection: String?,
    selectionArgs: Array<String>?,
    sortOrder: String?
  ): Cursor? = null

  override fun getType(uri: Uri): String? = null

  override fun insert(uri: Uri, values: ContentValues?): Uri? = null

  override fun delete(uri: Uri, selection: String?, selectionArgs: Array<String>?): Int = 0

  override fun update(uri: Uri, values: ContentValues?, selection: String?, selectionArgs: Array<String>?): Int = 0
}
