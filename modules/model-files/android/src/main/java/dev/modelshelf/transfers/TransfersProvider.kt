package dev.modelshelf.transfers

import android.content.ContentProvider
import android.content.ContentValues
import android.database.Cursor
import android.net.Uri
import android.util.Log

/**
 * Provides nothing. Android makes a process's providers before its services, its screens and the app itself, and once: so
 * it is here that a new process can look after jobs before they run again in it.
 */
class TransfersProvider : ContentProvider() {
  override fun onCreate(): Boolean {
    try {
      context?.let(TransferJobs::rememberWhatCame)
    } catch (error: Exception) {
      // Bytes that come twice are better than an app that doesn't start.
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
