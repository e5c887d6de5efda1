package dev.modelshelf.transfers

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.Context
import android.content.SharedPreferences
import java.io.File

/**
 * The jobs by which `@kesha-antonov/react-native-background-downloader` downloads on Android 14 and newer. A job dies with
 * the app's process, and Android runs it again in a new one. The package keeps on the disk where a job goes on from, and
 * with which headers, but only until the job begins; whoever asks then begins at the first byte of the file, and removes
 * what had come. The names are the package's own: `downloader.kotlin.test.ts` runs both together.
 */
internal object TransferJobs {
  private const val SERVICE = "com.eko.UIDTDownloadJobService"
  private const val STORE = "rnbd_uidt_resume"

  /** What was asked for with each file; its range, the package makes from where a job goes on. */
  private const val HEADERS = """{"Accept-Encoding":"identity"}"""

  /** How `incoming.ts` names what the system brings: by the first byte's place in the whole file. */
  private val INCOMING = Regex("""\.(\d{1,15})-(?:\d{1,15}|end)\.incoming$""")

  /** Before the first job runs in this process: nobody writes to any of the files, so their lengths are what came. */
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
    // It never began: with these it asks for its own range.
    if (headers != null && cameBytes == 0L) return
    // By the whole file's count, as the package asks: it adds what it gets behind whatever lies there.
    store.edit().putLong("bytes_$id", start.toLong() + cameBytes).putString("headers_$id", headers ?: HEADERS).apply()
  }
}
