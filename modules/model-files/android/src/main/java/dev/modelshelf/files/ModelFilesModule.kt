package dev.modelshelf.files

import expo.modules.kotlin.exception.CodedException
import expo.modules.kotlin.modules.Module
import expo.modules.kotlin.modules.ModuleDefinition
import java.nio.file.NoSuchFileException
import java.util.concurrent.Executors
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher

/** JavaScript's interface to `ModelFiles.kt`; `modules/model-files/index.ts` states the contract. */
class ModelFilesModule : Module() {
  // The calls of all other modules share one thread, which a long digest would block. On this module's own thread,
  // calls
  // run one after the other, so that a digest is never read by two threads.
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

    AsyncFunction("digestRange") { path: String, startBytes: Double, endBytes: Double ->
      coded { FileRanges.digest(path, whole(startBytes), whole(endBytes)) }
    }.runOnQueue(queue)

    AsyncFunction("copyRange") { from: String, to: String, startBytes: Double, endBytes: Double, toBytes: Double ->
      coded { FileRanges.copy(from, to, whole(startBytes), whole(endBytes), whole(toBytes)) }
    }.runOnQueue(queue)

    AsyncFunction("cards") {
      coded {
        appContext.reactContext?.let { Cards.list(it) }.orEmpty().map {
          mapOf<String, Any>(
            "id" to it.id,
            "name" to it.name,
            "folder" to it.folder,
            "freeBytes" to it.freeBytes.toDouble(),
          )
        }
      }
    }.runOnQueue(queue)

    AsyncFunction("takeArrivals") { ArrivedFiles.takeAll() }.runOnQueue(queue)

    // Calls under way are finished; the next start of the app's JavaScript gets a new module.
    OnDestroy {
      thread.execute { digests.values.forEach { it.close() } }
      thread.shutdown()
    }
  }

  /** Kotlin's own conversion turns NaN into 0, and a number that is too large into the largest Long. */
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
