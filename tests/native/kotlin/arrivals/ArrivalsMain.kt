package dev.modelshelf.proof

import android.app.Activity
import android.app.Application
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import dev.modelshelf.arrivals.ArrivalsPackage
import dev.modelshelf.files.ArrivedFiles

private val expoPackage = ArrivalsPackage()
private val application = Application()
private var activity = Activity(Intent(Intent.ACTION_MAIN, null, null, 0, null))

/** Does with our package what Android and Expo do with it. Intents are their action, address, streams and flags. */
private fun work(name: String, args: List<Any>): Any? = when (name) {
  "start" -> begin(args, null)
  "startAgain" -> begin(args, Bundle())
  "newIntent" -> intentOf(args).also { intent ->
    expoPackage.createReactActivityLifecycleListeners(activity).forEach { check(!it.onNewIntent(intent)) }
  }.let(::seen)
  // What React Native answers when JavaScript asks for the address that the app was opened with.
  "initial" -> seen(activity.intent)
  "take" -> ArrivedFiles.takeAll()
  else -> throw IllegalArgumentException(name)
}

private fun begin(args: List<Any>, state: Bundle?): Any? {
  activity = Activity(intentOf(args))
  application.callbacks.forEach { it.onActivityPreCreated(activity, state) }
  return seen(activity.intent)
}

/** React Native's rule. */
private fun seen(intent: Intent) = intent.data?.takeIf { intent.action == Intent.ACTION_VIEW }?.toString()

private fun intentOf(args: List<Any>): Intent {
  val (action, address) = args.map(Any::toString)
  val streams = args.drop(3).map(Any::toString)
  val extra: Any? = when {
    streams == listOf(Intent.BROKEN) -> Intent.BROKEN
    action == "SEND" -> streams.firstOrNull()?.let(::Uri)
    else -> ArrayList<Any>(streams.map { if (it == "text") it else Uri(it) })
  }
  val data = address.ifEmpty { null }?.let(::Uri)
  return Intent("android.intent.action.$action", data, "application/octet-stream", (args[2] as Double).toInt(), extra)
}

fun main() {
  val listeners = expoPackage.createApplicationLifecycleListeners(Context())
  listeners.forEach { it.onCreate(application) }
  forEachCall { call, name, args -> answer(call, "value" to work(name, args)) }
}
