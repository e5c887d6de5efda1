package android.os

interface Parcelable

/** Of an app's manifest: what the property names, which the test states. */
class Bundle {
  fun getBoolean(key: String) = key == System.getProperty("manifest.has")
}
