package android.app

class Notification

class NotificationManager

class DownloadManager {
  companion object {
    const val STATUS_PENDING = 1
  }

  class Request {
    fun addRequestHeader(header: String, value: String?) = header to value
  }
}
