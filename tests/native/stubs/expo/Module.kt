@file:Suppress("FunctionName")

package expo.modules.kotlin.modules

import android.content.Context
import expo.modules.kotlin.functions.AsyncFunctionComponent

/** Stands in for Expo's, as far as `modules/model-files` uses it. */
class AppContext(val reactContext: Context?)

abstract class Module {
  val appContext = AppContext(null)

  abstract fun definition(): ModuleDefinitionData
}

class ModuleDefinitionData(
  val name: String,
  val asyncFunctions: Map<String, AsyncFunctionComponent>,
  val destroy: () -> Unit
)

@DslMarker
internal annotation class DefinitionMarker

@DefinitionMarker
class ModuleDefinitionBuilder {
  private var name = ""

  @PublishedApi
  internal val asyncFunctions = mutableMapOf<String, AsyncFunctionComponent>()

  @PublishedApi
  internal var destroy: () -> Unit = {}

  fun buildModule() = ModuleDefinitionData(name, asyncFunctions, destroy)

  fun Name(name: String) {
    this.name = name
  }

  inline fun AsyncFunction(
    name: String,
    crossinline body: () -> Any?
  ): AsyncFunctionComponent {
    return AsyncFunctionComponent(emptyList()) { body() }.also {
      asyncFunctions[name] = it
    }
  }

  inline fun <reified R, reified P0> AsyncFunction(
    name: String,
    crossinline body: (p0: P0) -> R
  ): AsyncFunctionComponent {
    return AsyncFunctionComponent(listOf(P0::class)) { (p0) -> body(p0 as P0) }.also {
      asyncFunctions[name] = it
    }
  }

  inline fun <reified R, reified P0, reified P1> AsyncFunction(
    name: String,
    crossinline body: (p0: P0, p1: P1) -> R
  ): AsyncFunctionComponent {
    return AsyncFunctionComponent(listOf(P0::class, P1::class)) { (p0, p1) -> body(p0 as P0, p1 as P1) }.also {
      asyncFunctions[name] = it
    }
  }

  inline fun <reified R, reified P0, reified P1, reified P2> AsyncFunction(
    name: String,
    crossinline body: (p0: P0, p1: P1, p2: P2) -> R
  ): AsyncFunctionComponent {
    return AsyncFunctionComponent(listOf(P0::class, P1::class, P2::class)) { (p0, p1, p2) ->
      body(p0 as P0, p1 as P1, p2 as P2)
    }.also {
      asyncFunctions[name] = it
    }
  }

  inline fun <reified R, reified P0, reified P1, reified P2, reified P3, reified P4> AsyncFunction(
    name: String,
    crossinline body: (p0: P0, p1: P1, p2: P2, p3: P3, p4: P4) -> R
  ): AsyncFunctionComponent {
    val types = listOf(P0::class, P1::class, P2::class, P3::class, P4::class)
    return AsyncFunctionComponent(types) { (p0, p1, p2, p3, p4) ->
      body(p0 as P0, p1 as P1, p2 as P2, p3 as P3, p4 as P4)
    }.also {
      asyncFunctions[name] = it
    }
  }

  inline fun OnDestroy(crossinline body: () -> Unit) {
    destroy = { body() }
  }
}

inline fun Module.ModuleDefinition(crossinline block: ModuleDefinitionBuilder.() -> Unit): ModuleDefinitionData {
  return ModuleDefinitionBuilder().also(block).buildModule()
}
