package dev.modelshelf.files

import expo.modules.kotlin.exception.CodedException
import expo.modules.kotlin.modules.Module
import expo.modules.kotlin.modules.ModuleDefinition
import java.nio.file.NoSuchFileException
import java.util.concurrent.Executors
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher

/** What JavaScript sees of `ModelFiles.kt`; the contract is `modules/model-files/index.ts`. */
class ModelFilesModule : Module() {
  // Every other module's calls share one thread, which a long digest would hold. On this one everything runs one after
  // the other, so that a digest is never read by two threads.
  private val thread = Executors.newSingleThreadExecutor { work -> Thread(work, "dev.modelshelf.files") }
  private val queue = CoroutineScope(thread.asCoroutineDispatcher() + SupervisorJob())
  private val digests = mutableMapOf<Int, RunningDigest>()
  private var lastId = 0

  override fun definition() = ModuleDefinition {
    Name("ModelFiles")

    AsyncFunction("list") { folder: String ->
      coded {
        ModelFiles.list(folder).map {
          mapOf<String, Any>("path" to it.path, "sizeBytes" to it.sizeBytes.toDouble())
        }
      }
    }.runOnQueue(queue)

    AsyncFunction("replace") { from: String, to: String ->
      coded { ModelFiles.replace(from, to) }
    }.runOnQueue(queue)

    AsyncFunction("append") { from: String, to: String ->
      coded { ModelFiles.append(from, to) }
    }.runOnQueue(queue)

    AsyncFunction("sync") { path: String ->
      coded { ModelFiles.sync(path) }
    }.runOnQueue(queue)

    AsyncFunction("truncate") { path: String, sizeBytes: Double ->
      coded { ModelFiles.truncate(path, whole(sizeBytes)) }
    }.runOnQueue(queue)

    AsyncFunction("remove") { path: String ->
      coded { ModelFiles.remove(path) }
    }.runOnQueue(queue)

    // Android decides what it backs up by the rules in the manifest, not by file.
    AsyncFunction("excludeFromBackup") { path: String ->
      coded { ModelFiles.makeFolder(path) }
    }.runOnQueue(queue)

    AsyncFunction("openDigest") { path: String, algorithm: String ->
      coded {
        lastId += 1
        digests[lastId] = RunningDigest(path, algorithm)
        lastId
      }
    }.runOnQueue(queue)

    AsyncFunction("readDigest") { id: Int, endBytes: Double ->
      coded { digestOf(id).readTo(whole(endBytes)) }
    }.runOnQueue(queue)

    AsyncFunction("stepBackDigest") { id: Int ->
      coded { digestOf(id).stepBack() }
    }.runOnQueue(queue)

    AsyncFunction("closeDigest") { id: Int ->
      coded {
        digests.remove(id)?.close()
        Unit
      }
    }.runOnQueue(queue)

    // What is being done is finished; another start of the app's JavaScript gets a module of its own.
    OnDestroy {
      thread.execute { digests.values.forEach { it.close() } }
      thread.shutdown()
    }
  }

  /** Kotlin's own conversion makes 0 of what is no number, and the longest file of one too large. */
  private fun whole(value: Double): Long {
    require(value >= 0 && value < Long.MAX_VALUE.toDouble()) { "Not a number of bytes: $value" }
    return value.toLong()
  }

  private fun digestOf(id: Int) = digests[id] ?: throw CodedException("ERR_CLOSED", "No such digest", null)

  private fun <T> coded(work: () -> T): T = try {
    work()
  } catch (error: CodedException) {
    throw error
  } catch (error: NoSuchFileException) {
    throw CodedException("ERR_ABSENT", "No such file", error)
  } catch (error: Exception) {
    throw CodedException("ERR_IO", error.toString(), error)
  }
}
