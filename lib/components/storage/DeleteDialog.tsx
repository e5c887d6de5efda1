/** Asks before something is deleted for good, and says what follows from that. */
import { useShelf } from '../../ai/shelf/ShelfProvider';
import type { StoredItem } from '../../ai/storage/accountStorage';
import { QuestionDialog } from '../notices/QuestionDialog';
import { t } from '../words/language';
import { formatBytes } from '../words/words';

interface DeleteDialogProps {
  item: StoredItem;
  onClose: () => void;
}

export function DeleteDialog({ item, onClose }: DeleteDialogProps) {
  const shelf = useShelf();
  return (
    <QuestionDialog
      title={t('Delete {name}?', { name: item.name })}
      text={consequence(item)}
      action={{ label: t('Delete'), icon: 'remove' }}
      run={() => shelf.discard(item)}
      kept={t('It is still here.')}
      onClose={onClose}
    />
  );
}

function consequence({ kind, path, freedBytes }: StoredItem): string {
  const size = formatBytes(freedBytes);
  switch (kind) {
    case 'removed':
      return t('This frees {size} now. The model can’t come back without a download then.', {
        size,
      });
    case 'earlier':
      return t('This frees {size} now. You can’t go back to this version then.', { size });
    case 'update':
      return t('This frees {size}. The installed version stays; the update has to arrive again.', {
        size,
      });
    case 'download':
      return t('This frees {size}. The download begins anew if you start it again.', { size });
    case 'unknown':
      return t(
        'This deletes {size} in {path} for good. This app doesn’t know what that is: make sure that nobody needs it.',
        { size, path },
      );
    default:
      return t('This frees {size}. It can’t be undone.', { size });
  }
}
