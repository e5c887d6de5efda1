package expo.modules.core.interfaces

import android.app.Application
import android.content.Context
import android.content.Intent

interface ApplicationLifecycleListener {
  fun onCreate(application: Application) = Unit
}

interface ReactActivityLifecycleListener {
  fun onNewIntent(intent: Intent?): Boolean = false
}

interface Package {
  fun createApplicationLifecycleListeners(context: Context): List<ApplicationLifecycleListener> = emptyList()
  fun createReactActivityLifecycleListeners(activityContext: Context): List<ReactActivityLifecycleListener> = emptyList()
}
