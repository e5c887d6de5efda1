package android.content.pm

import android.os.Bundle

class ApplicationInfo(val metaData: Bundle?)

class PackageManager {
  fun getApplicationInfo(name: String, flags: Int): ApplicationInfo {
    check(name == "dev.modelshelf.app" && flags == GET_META_DATA)
    return ApplicationInfo(System.getProperty("manifest.has")?.let { Bundle() })
  }

  companion object {
    const val GET_META_DATA = 128
  }
}
