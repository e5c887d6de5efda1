/** The words about what takes the space, and why something is offered to be deleted. */
import type { StoredItem, StoredKind } from '../../ai/storage/accountStorage';
import type { RoomChoice } from '../../ai/storage/planRoom';
import { t } from './language';
import { formatDay } from './words';

/** The heading of all things of a kind. */
export function kindWords(kind: StoredKind): string {
  switch (kind) {
    case 'model':
      return t('Models');
    case 'removed':
      return t('Recently removed');
    case 'earlier':
      return t('Earlier versions');
    case 'update':
      return t('Updates that wait');
    case 'download':
      return t('Downloads that aren’t complete');
    case 'move':
      return t('Copies of a move');
    case 'import':
      return t('Files that are being taken in');
    case 'leftover':
      return t('Left over from removals');
    case 'record':
      return t('Records');
    case 'unknown':
      return t('Files that this app doesn’t know');
  }
}

/** What all things of a kind are for, and what becomes of them by themselves. */
export function purposeWords(kind: StoredKind): string {
  switch (kind) {
    case 'model':
      return t('What you can chat with.');
    case 'removed':
      return t(
        'They can come back for a day. They count as free space, because they give way to a download that needs the room.',
      );
    case 'earlier':
      return t(
        'The versions before an update, for going back. They are kept for a week, and give way to a download that needs the room.',
      );
    case 'update':
      return t('Newer versions that have arrived and haven’t taken over yet.');
    case 'download':
      return t('Bytes that have arrived. A download goes on from them.');
    case 'move':
      return t(
        'A move to another drive was interrupted. It goes on from them when you move the model again.',
      );
    case 'import':
      return t('They become a model, or go back to where they came from.');
    case 'leftover':
      return t('Nothing needs them. The next start of the app deletes them.');
    case 'record':
      return t('They say which models lie on another drive.');
    case 'unknown':
      return t(
        'Another program or a person may have put them there. Look at them before you delete them.',
      );
  }
}

/** When a thing was used, removed or kept; undefined where nothing is known. */
export function sinceWords({ kind, since }: StoredItem): string | undefined {
  if (since === undefined) return kind === 'model' ? t('Not used yet') : undefined;
  const day = formatDay(since);
  switch (kind) {
    case 'model':
      return t('Used last: {day}', { day });
    case 'removed':
      return t('Removed: {day}', { day });
    default:
      return t('Kept since {day}', { day });
  }
}

export function reasonWords({ reason, since }: RoomChoice): string {
  const day = since === undefined ? undefined : formatDay(since);
  switch (reason) {
    case 'leftover':
      return t('Left over from a removal; nothing needs it');
    case 'earlier':
      return t('The version before an update');
    case 'removed':
      return t('Removed already; it couldn’t come back any more');
    case 'untouched':
      return day === undefined
        ? t('A paused download')
        : t('A download that you paused on {day}', { day });
    case 'unused':
      return day === undefined
        ? t('A model that you haven’t used lately')
        : t('A model that you used or installed last on {day}', { day });
  }
}
