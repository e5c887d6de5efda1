/** Tells a browser's document, or the phone, in which language and direction its texts are. */
import { I18nManager } from 'react-native';

interface Page {
  documentElement: { lang: string };
}

/** On a phone another direction takes effect at the next start of the app; a page changes at once. */
export function showDirection({ tag, isRightToLeft }: { tag: string; isRightToLeft: boolean }) {
  const { document } = globalThis as { document?: Page };
  if (document !== undefined) document.documentElement.lang = tag;
  I18nManager.allowRTL(true);
  I18nManager.forceRTL(isRightToLeft);
}
