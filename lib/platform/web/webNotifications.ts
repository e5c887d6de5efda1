/** A browser's notifications. */
import type { Notifications } from '../types';

/** Only where `Notification` exists. */
export function createWebNotifications(): Notifications {
  const isAllowed = () => {
    const { permission } = Notification;
    return permission === 'default' ? undefined : permission === 'granted';
  };
  return {
    isAllowed,
    async ask() {
      // Where the answer is known, a browser asks nobody. Some reject in a private window.
      const answer = await Notification.requestPermission().catch(() => 'denied' as const);
      return answer === 'granted';
    },
    show(notification) {
      if (isAllowed() === true) void show(notification);
    },
  };
}

async function show({ id, title, text }: Parameters<Notifications['show']>[0]): Promise<void> {
  const options = { body: text, tag: id, icon: '/icons/192.png' };
  try {
    const shown = new Notification(title, options);
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // Chromium on phones shows them only by a service worker: https://crbug.com/481856
    const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
    const worker = await serviceWorker?.getRegistration().catch(() => undefined);
    await worker?.showNotification(title, options).catch(() => undefined);
  }
}
