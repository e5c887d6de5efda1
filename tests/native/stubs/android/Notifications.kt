package com.eko.uidt

import android.app.Notification
import android.content.Context

/** Shows nothing. */
@Suppress("UNUSED_PARAMETER")
object UIDTNotificationManager {
  fun getNotificationIdForConfig(configId: String) = UIDTNotificationIds.progressIdFor(configId)
  fun createNotificationChannels(context: Context) = Unit
  fun createEmptyNotification(context: Context) = Notification()
  fun createDownloadNotification(context: Context, id: String, groupId: String, group: String, title: String) = Notification()
  fun updateProgressNotification(context: Context, id: String, job: JobState, bytes: Long, total: Long) = Unit
  fun updateResumedNotification(context: Context, job: JobState) = Unit
  fun updateSummaryNotification(context: Context, groupId: String, group: String) = Unit
  fun updateSummaryNotificationForGroup(context: Context, groupId: String, group: String) = Unit
  fun showPausedNotification(context: Context, id: String, notification: Int, progress: Int, group: String) = Unit
  fun showFinishedNotification(context: Context, id: String, at: String, name: String, group: String, title: String) = Unit
  fun cancelNotification(context: Context, id: String) = Unit
  fun cancelNotification(context: Context, notification: Int) = Unit
  fun cancelSummaryNotification(context: Context, groupId: String) = Unit
}
