package com.eko

object BuildConfig {
  const val LIBRARY_VERSION = "of a test"
}

/** The part of the package that talks to JavaScript isn't compiled here; this is what the rest says into its log. */
object RNBackgroundDownloaderModuleImpl {
  private val isLogged = System.getProperty("phone.log") != null

  fun logD(tag: String, message: String) = log(tag, message)
  fun logW(tag: String, message: String) = log(tag, message)
  fun logE(tag: String, message: String) = log(tag, message)

  private fun log(tag: String, message: String) {
    if (isLogged) System.err.println("$tag: $message")
  }
}
