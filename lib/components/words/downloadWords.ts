/** The running downloads in words, for the window's title, the bar and notifications. */
import type { ShownDownloads } from '../../ai/snapshots/RunningDownloadsProvider';
import { t } from './language';
import { formatPercent } from './words';

/** The model's name, or how many there are. */
export function downloadNames({ name, count }: ShownDownloads): string {
  return name ?? t('{count, plural, one {# download} other {# downloads}}', { count });
}

/** For the title of a window, of which a tab shows the beginning: `45% · Qwen 3 0.6B – Modelshelf`. */
export function downloadTitle(downloads: ShownDownloads): string {
  const { percent } = downloads;
  const what = downloadNames(downloads);
  return percent === undefined
    ? `${what} – Modelshelf`
    : `${formatPercent(percent)} · ${what} – Modelshelf`;
}
