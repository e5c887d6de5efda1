package dev.modelshelf.proof

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.Context
import com.eko.ResumableDownloader
import com.eko.UIDTDownloadJobService
import com.eko.uidt.UIDTConstants
import com.eko.uidt.UIDTJobManager
import com.eko.uidt.UIDTJobRegistry
import dev.modelshelf.transfers.TransfersProvider
import java.io.File
import java.util.concurrent.Executors

private val context = Context()

/** Does with the package's downloads what its own module does for JavaScript, and what Android does with its job. */
private fun work(name: String, args: List<Any>): Any? = when (name) {
  // With the headers as names and values in turn.
  "download" -> schedule(args, startByte = 0)
  "pause" -> UIDTDownloadJobService.pauseJob(context, args[0] as String)
  // The package goes on behind what lies there, whatever it remembers.
  "resume" -> schedule(args, startByte = File(args[2] as String).length())
  "stop" -> UIDTDownloadJobService.cancelJob(context, args[0] as String)
  "startProvider" -> check(TransfersProvider().onCreate())
  "startJobs" -> JobScheduler.startAll()
  "stopJob" -> JobScheduler.stop(JobScheduler().allPendingJobs.first { idOf(it) == args[0] }.id)
  "loseNetwork" -> JobScheduler.hasNetwork = false
  "untilThreadEnds" -> UIDTDownloadJobService.getJobDownloadState(args[0] as String)?.thread?.join()
  "tasks" -> UIDTDownloadJobService.getAllActiveJobs().map {
    mapOf("id" to it.id, "isPaused" to (it.status == 4), "bytesDownloaded" to it.bytesDownloaded)
  }
  "jobs" -> JobScheduler().allPendingJobs.map(::idOf)
  else -> throw IllegalArgumentException(name)
}

private fun idOf(job: JobInfo) = job.extras.getString(UIDTConstants.KEY_DOWNLOAD_ID)

private fun schedule(args: List<Any>, startByte: Long): Boolean {
  val (id, url, destination) = args.map { it as String }
  val headers = args.drop(3).map { it as String }.chunked(2).associate { (key, value) -> key to value }
  return UIDTJobManager.scheduleDownload(
    context, id, url, destination, headers, startByte, totalBytes = -1, isAllowedOverMetered = true
  )
}

private object Listener : ResumableDownloader.DownloadListener {
  override fun onBegin(id: String, expectedBytes: Long, headers: Map<String, String>) =
    tell(mapOf("event" to "begin", "id" to id, "expectedBytes" to expectedBytes, "headers" to headers))

  override fun onProgress(id: String, bytesDownloaded: Long, bytesTotal: Long) =
    tell(mapOf("event" to "progress", "id" to id, "bytesDownloaded" to bytesDownloaded, "bytesTotal" to bytesTotal))

  override fun onComplete(id: String, location: String, bytesDownloaded: Long, bytesTotal: Long) =
    tell(mapOf("event" to "done", "id" to id, "bytesDownloaded" to bytesDownloaded, "bytesTotal" to bytesTotal))

  override fun onError(id: String, error: String, errorCode: Int) =
    tell(mapOf("event" to "error", "id" to id, "errorCode" to errorCode, "message" to error))
}

/** Runs the package's downloads for another process, which ends this one. */
fun main() {
  UIDTJobRegistry.downloadListener = Listener
  // One that waits for a thread holds up nobody else.
  val threads = Executors.newCachedThreadPool()
  forEachCall { call, name, args ->
    threads.execute {
      runCatching { work(name, args) }.fold(
        { value -> answer(call, "value" to value) },
        { error -> answer(call, "code" to "FAILED", "message" to error.stackTraceToString()) }
      )
    }
  }
}
