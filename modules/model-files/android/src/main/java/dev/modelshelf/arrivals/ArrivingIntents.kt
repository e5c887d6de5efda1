package dev.modelshelf.arrivals

import android.content.Intent
import android.net.Uri
import android.os.Parcelable
import dev.modelshelf.files.ArrivedFiles

/** What other apps say to this app when a person opens a file with it, or shares files to it. */
internal object ArrivingIntents {
  /**
   * Keeps the files of an intent for JavaScript. React Native reports only VIEW to JavaScript, with one address, so that
   * SEND becomes VIEW of its first file. An intent that names no file of another app becomes empty. Other intents stay
   * as they are: false.
   */
  fun receive(intent: Intent, ownPackage: String): Boolean {
    if (!isAboutFiles(intent)) return false
    val files = filesOf(intent).filter { isForeign(it, ownPackage) }
    ArrivedFiles.add(files.map(Uri::toString))
    intent.action = if (files.isEmpty()) Intent.ACTION_MAIN else Intent.ACTION_VIEW
    intent.data = files.firstOrNull()
    return true
  }

  /** The same for an intent that was received before: the system keeps it, and starts the app with it again. */
  fun forget(intent: Intent) {
    if (!isAboutFiles(intent)) return
    intent.action = Intent.ACTION_MAIN
    intent.data = null
  }

  private fun isAboutFiles(intent: Intent): Boolean = when (intent.action) {
    Intent.ACTION_SEND, Intent.ACTION_SEND_MULTIPLE -> true
    Intent.ACTION_VIEW -> intent.data?.scheme.let { it == CONTENT || it == FILE }
    else -> false
  }

  private fun filesOf(intent: Intent): List<Uri> = try {
    when (intent.action) {
      Intent.ACTION_SEND -> listOfNotNull(stream(intent))
      Intent.ACTION_SEND_MULTIPLE -> streams(intent)
      else -> listOfNotNull(intent.data)
    }
  } catch (_: RuntimeException) {
    // Another app can put anything into an intent, also objects of classes that don't exist here.
    emptyList()
  }

  // The functions that check the type can fail on Android 13 (https://issuetracker.google.com/issues/242048899).
  @Suppress("DEPRECATION")
  private fun stream(intent: Intent) = intent.getParcelableExtra<Parcelable>(Intent.EXTRA_STREAM) as? Uri

  @Suppress("DEPRECATION")
  private fun streams(intent: Intent) =
    intent.getParcelableArrayListExtra<Parcelable>(Intent.EXTRA_STREAM).orEmpty().filterIsInstance<Uri>()

  /**
   * Whether another app gives the file. This app can read its own files, whoever names them: by a path, or by one of its
   * own providers, whose name may follow the number of a user.
   */
  private fun isForeign(file: Uri, ownPackage: String): Boolean {
    val owner = file.authority?.substringAfterLast('@') ?: return false
    return file.scheme == CONTENT && owner != ownPackage && !owner.startsWith("$ownPackage.")
  }

  private const val CONTENT = "content"
  private const val FILE = "file"
}
