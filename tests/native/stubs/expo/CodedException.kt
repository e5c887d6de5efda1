package expo.modules.kotlin.exception

/** Stands in for Expo's: what `modules/model-files` needs of it. */
open class CodedException(
  message: String?,
  cause: Throwable? = null
) : Exception(message, cause) {
  private var providedCode: String? = null

  val code
    get() = providedCode ?: "ERR_UNEXPECTED"

  constructor(code: String?, message: String?, cause: Throwable?) : this(message = message, cause = cause) {
    providedCode = code
  }
}
