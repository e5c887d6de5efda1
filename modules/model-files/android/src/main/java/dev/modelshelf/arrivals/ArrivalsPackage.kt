package dev.modelshelf.arrivals

import android.app.Activity
import android.app.Application
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Bundle
import expo.modules.core.interfaces.ApplicationLifecycleListener
import expo.modules.core.interfaces.Package
import expo.modules.core.interfaces.ReactActivityLifecycleListener

/**
 * Receives the app's intents before React Native and the router see them. Expo finds it by its name and interface. It does
 * nothing in an app that didn't ask for it in its manifest: such an app may have its own use for what is shared to it.
 */
class ArrivalsPackage : Package {
  override fun createApplicationLifecycleListeners(context: Context): List<ApplicationLifecycleListener> =
    if (receivesFiles(context)) listOf(ArrivalsAtStart()) else emptyList()

  override fun createReactActivityLifecycleListeners(activityContext: Context): List<ReactActivityLifecycleListener> =
    if (receivesFiles(activityContext)) listOf(ArrivalsWhileOpen(activityContext)) else emptyList()

  private fun receivesFiles(context: Context): Boolean {
    val about = context.packageManager.getApplicationInfo(context.packageName, PackageManager.GET_META_DATA)
    return about.metaData?.getBoolean("dev.modelshelf.RECEIVES_FILES") == true
  }
}

private class ArrivalsAtStart : ApplicationLifecycleListener {
  override fun onCreate(application: Application) =
    application.registerActivityLifecycleCallbacks(BeforeEachActivity())
}

private class BeforeEachActivity : Application.ActivityLifecycleCallbacks {
  /**
   * A screen that the system makes again, because the process ended or a setting changed, has its first intent again; so
   * has one that is opened from the list of recent apps. Only here is the saved state seen: React Native's screens hide it
   * from all later calls.
   */
  override fun onActivityPreCreated(activity: Activity, savedInstanceState: Bundle?) {
    val isFromHistory = activity.intent.flags and Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY != 0
    if (savedInstanceState != null || isFromHistory) {
      ArrivingIntents.forget(activity.intent)
    } else {
      ArrivingIntents.receive(activity.intent, activity.packageName)
    }
  }

  override fun onActivityCreated(activity: Activity, savedInstanceState: Bundle?) = Unit

  override fun onActivityStarted(activity: Activity) = Unit

  override fun onActivityResumed(activity: Activity) = Unit

  override fun onActivityPaused(activity: Activity) = Unit

  override fun onActivityStopped(activity: Activity) = Unit

  override fun onActivitySaveInstanceState(activity: Activity, outState: Bundle) = Unit

  override fun onActivityDestroyed(activity: Activity) = Unit
}

private class ArrivalsWhileOpen(private val context: Context) : ReactActivityLifecycleListener {
  override fun onNewIntent(intent: Intent?): Boolean {
    val isAboutFiles = intent != null && ArrivingIntents.receive(intent, context.packageName)
    // React Native drops the address while its JavaScript starts: the router then finds it in the activity's intent.
    if (isAboutFiles && context is Activity) context.intent = intent
    // Others receive it, too.
    return false
  }
}
