package dev.modelshelf.transfers

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.Context
import android.content.SharedPreferences
import java.io.File

/**
 * The jobs by which `@kesha-antonov/react-native-background-downloader` downloads on Android 14 and newer. A job dies with
 * the app's process, and Android runs it again in a new process. The package stores on the disk where a job continues,
 * and its headers, but only until the job begins. A job that runs again would therefore begin at the first byte of the
 * file and remove the received bytes. The names are the package's own: `downloader.kotlin.test.ts` runs both together.
 */
internal object TransferJobs {
  private const val SERVICE = "com.eko.UIDTDownloadJobService"
  private const val STORE = "rnbd_uidt_resume"

  /** The request headers of each file. The package adds the range, from the position where a job continues. */
  private const val HEADERS = """{"Accept-Encoding":"identity"}"""

  /**
   * The names that `incoming.ts` gives to the system's files; the first number is the first byte's place in the whole
   * file.
   */
  private val INCOMING = Regex("""\.(\d{1,15})-(?:\d{1,15}|end)\.incoming$""")

  /** Call it before the first job runs in this process: the files aren't being written, so their lengths are exact. */
  fun rememberWhatCame(context: Context) {
    val scheduler = context.getSystemService(Context.JOB_SCHEDULER_SERVICE) as JobScheduler
    val store = context.getSharedPreferences(STORE, Context.MODE_PRIVATE)
    scheduler.allPendingJobs.filter { it.service.className == SERVICE }.forEach { remember(it, store) }
  }

  private fun remember(job: JobInfo, store: SharedPreferences) {
    val id = job.extras.getString("download_id") ?: return
    val destination = job.extras.getString("destination") ?: return
    val (start) = INCOMING.find(destination)?.destructured ?: return
    val cameBytes = File(destination).length()
    val headers = store.getString("headers_$id", null)
    // The job never began: its stored headers already request its range.
    if (headers != null && cameBytes == 0L) return
    // Counted from the start of the whole file, as the package requests it; the package appends the answer to its file.
    store.edit().putLong("bytes_$id", start.toLong() + cameBytes).putString("headers_$id", headers ?: HEADERS).apply()
  }
}
