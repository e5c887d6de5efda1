package dev.modelshelf.files

import expo.modules.kotlin.exception.CodedException
import expo.modules.kotlin.modules.Module
import expo.modules.kotlin.modules.ModuleDefinition
import java.nio.file.NoSuchFileException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger

/** What JavaScript sees of `ModelFiles.kt`; the contract is `modules/model-files/index.ts`. */
class ModelFilesModule : Module() {
  private val digests = ConcurrentHashMap<Int, RunningDigest>()
  private val lastId = AtomicInteger(0)

  override fun definition() = ModuleDefinition {
    Name("ModelFiles")

    AsyncFunction("list") { folder: String ->
      coded {
        ModelFiles.list(folder).map {
          mapOf<String, Any>("path" to it.path, "sizeBytes" to it.sizeBytes.toDouble())
        }
      }
    }

    AsyncFunction("replace") { from: String, to: String ->
      coded { ModelFiles.replace(from, to) }
    }

    AsyncFunction("sync") { path: String ->
      coded { ModelFiles.sync(path) }
    }

    AsyncFunction("truncate") { path: String, sizeBytes: Double ->
      coded { ModelFiles.truncate(path, sizeBytes.toLong()) }
    }

    AsyncFunction("remove") { path: String ->
      coded { ModelFiles.remove(path) }
    }

    // Android decides by the rules in the manifest, not by file.
    AsyncFunction("excludeFromBackup") { _: String -> }

    AsyncFunction("openDigest") { path: String, algorithm: String ->
      coded {
        val id = lastId.incrementAndGet()
        digests[id] = RunningDigest(path, algorithm)
        id
      }
    }

    AsyncFunction("readDigest") { id: Int, endBytes: Double ->
      coded { digestOf(id).readTo(endBytes.toLong()) }
    }

    AsyncFunction("stepBackDigest") { id: Int ->
      coded { digestOf(id).stepBack() }
    }

    AsyncFunction("closeDigest") { id: Int ->
      closeDigest(id)
    }
  }

  private fun closeDigest(id: Int) {
    coded { digests.remove(id)?.close() }
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
