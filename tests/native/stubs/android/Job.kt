package android.app.job

import android.app.Notification
import android.content.ComponentName
import android.content.Context
import android.content.stored
import android.content.systemFile
import android.net.Network
import android.net.NetworkRequest
import android.os.PersistableBundle
import java.util.concurrent.ConcurrentHashMap

class JobInfo(val id: Int, val service: ComponentName, val extras: PersistableBundle) {
  class Builder(private val id: Int, private val service: ComponentName) {
    private var extras = PersistableBundle()

    fun setUserInitiated(isUserInitiated: Boolean) = apply { check(isUserInitiated) }
    fun setRequiredNetwork(request: NetworkRequest?) = apply { checkNotNull(request) }
    fun setEstimatedNetworkBytes(downloadBytes: Long, uploadBytes: Long) = apply { check(downloadBytes > uploadBytes) }
    fun setExtras(extras: PersistableBundle) = apply { this.extras = extras }
    fun build() = JobInfo(id, service, extras)
  }
}

class JobParameters(val jobId: Int, val extras: PersistableBundle) {
  val network: Network? = null
  val stopReason = 0
}

abstract class JobService : Context() {
  companion object {
    const val JOB_END_NOTIFICATION_POLICY_DETACH = 0
    const val JOB_END_NOTIFICATION_POLICY_REMOVE = 1
  }

  open fun onCreate() = Unit
  open fun onDestroy() = Unit
  abstract fun onStartJob(params: JobParameters): Boolean
  abstract fun onStopJob(params: JobParameters): Boolean

  fun setNotification(params: JobParameters, id: Int, notification: Notification, policy: Int) =
    checkNotNull(listOf(params, id, notification, policy))

  fun jobFinished(params: JobParameters, wantsReschedule: Boolean) {
    check(!wantsReschedule)
    JobScheduler.forget(params.jobId)
  }
}

/**
 * The system's: what it was given lies on the disk, and it starts a job again whenever the process died over it. It starts
 * each at once where there is a network, as with nothing else to do.
 */
class JobScheduler {
  val allPendingJobs: List<JobInfo>
    get() = jobs()

  fun getPendingJob(jobId: Int) = jobs().find { it.id == jobId }

  fun schedule(job: JobInfo): Int {
    stored(STORE) { jobs ->
      job.extras.values.forEach { (key, value) -> jobs.setProperty("${job.id} $key", value) }
      jobs.setProperty("${job.id} $SERVICE", job.service.className)
    }
    if (hasNetwork) start(job)
    return RESULT_SUCCESS
  }

  fun cancel(jobId: Int) = forget(jobId)

  companion object {
    const val RESULT_FAILURE = 0
    const val RESULT_SUCCESS = 1
    private const val STORE = "jobs"
    private const val SERVICE = ".service"

    @Volatile
    var hasNetwork = true

    private val services = ConcurrentHashMap<String, JobService>()
    private val running = ConcurrentHashMap<Int, JobParameters>()

    /** A process began, and the system has jobs of an earlier one. */
    fun startAll() = jobs().forEach(::start)

    /** The system needs the job's place, and gives it back at once where the job asks for that. */
    fun stop(jobId: Int) {
      val job = jobs().first { it.id == jobId }
      val isWanted = serviceOf(job).onStopJob(running.getValue(jobId))
      if (isWanted) start(job) else forget(jobId)
    }

    fun forget(jobId: Int) {
      running.remove(jobId)
      stored(STORE) { jobs -> jobs.stringPropertyNames().filter { it.startsWith("$jobId ") }.forEach(jobs::remove) }
    }

    private fun jobs(): List<JobInfo> {
      val all = systemFile(STORE)
      val ids = all.stringPropertyNames().map { it.substringBefore(' ').toInt() }.distinct()
      return ids.map { id ->
        val extras = PersistableBundle()
        all.forEach { (key, value) ->
          val (owner, name) = key.toString().split(' ', limit = 2)
          if (owner == id.toString() && name != SERVICE) extras.values[name] = value.toString()
        }
        JobInfo(id, ComponentName(all.getProperty("$id $SERVICE")), extras)
      }
    }

    private fun start(job: JobInfo) {
      val params = JobParameters(job.id, job.extras)
      running[job.id] = params
      check(serviceOf(job).onStartJob(params))
    }

    private fun serviceOf(job: JobInfo) = services.computeIfAbsent(job.service.className) { name ->
      (Class.forName(name).getDeclaredConstructor().newInstance() as JobService).apply { onCreate() }
    }
  }
}
