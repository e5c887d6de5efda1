package android.net

import android.os.Parcelable

class Uri(private val text: String) : Parcelable {
  val scheme: String? = text.substringBefore(':', "").ifEmpty { null }
  val authority: String? =
    if ("://" in text) text.substringAfter("://").substringBefore('/').ifEmpty { null } else null

  override fun toString() = text
}
