package android.app

import android.content.Context
import android.content.Intent
import android.os.Bundle

class Activity(var intent: Intent) : Context()

class Application : Context() {
  val callbacks = mutableListOf<ActivityLifecycleCallbacks>()

  fun registerActivityLifecycleCallbacks(callback: ActivityLifecycleCallbacks) {
    callbacks.add(callback)
  }

  interface ActivityLifecycleCallbacks {
    fun onActivityPreCreated(activity: Activity, savedInstanceState: Bundle?) = Unit
    fun onActivityCreated(activity: Activity, savedInstanceState: Bundle?)
    fun onActivityStarted(activity: Activity)
    fun onActivityResumed(activity: Activity)
    fun onActivityPaused(activity: Activity)
    fun onActivityStopped(activity: Activity)
    fun onActivitySaveInstanceState(activity: Activity, outState: Bundle)
    fun onActivityDestroyed(activity: Activity)
  }
}
