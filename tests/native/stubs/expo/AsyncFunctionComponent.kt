package expo.modules.kotlin.functions

import expo.modules.kotlin.exception.CodedException
import java.util.concurrent.Executors
import kotlin.reflect.KClass
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch

private val sharedQueue = CoroutineScope(
  Executors.newSingleThreadExecutor { work ->
    Thread(work, "expo.modules.AsyncFunctionQueue").apply { isDaemon = true }
  }.asCoroutineDispatcher()
)

/** Stands in for Expo's: numbers come from JavaScript as doubles, and what is thrown becomes a rejection with a code. */
class AsyncFunctionComponent(
  private val desiredArgsTypes: List<KClass<*>>,
  private val body: (args: List<Any?>) -> Any?
) {
  private var queue: CoroutineScope = sharedQueue

  fun runOnQueue(scope: CoroutineScope) = apply {
    queue = scope
  }

  fun call(args: List<Any?>, resolve: (Any?) -> Unit, reject: (CodedException) -> Unit) {
    queue.launch {
      val outcome = runCatching { body(args.zip(desiredArgsTypes, ::converted)) }
      outcome.fold(resolve) { error -> reject(error as? CodedException ?: CodedException(error.toString(), error)) }
    }
  }

  private fun converted(value: Any?, type: KClass<*>) = if (value is Double && type == Int::class) value.toInt() else value
}
