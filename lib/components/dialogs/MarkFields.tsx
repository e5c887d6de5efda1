/** A person's own marks of a model: whether it is a favourite, and a note. */
import { useEffect, useRef, useState } from 'react';
import { useModelMarks } from '../../ai/ModelProvider';
import { useShelf } from '../../ai/shelf/ShelfProvider';
import { useNotices } from '../notices/Notices';
import { SwitchRow } from '../ui/SwitchRow';
import { TextField } from '../ui/TextField';
import { t } from '../words/language';

/** The note is saved when the dialog is closed. */
export function MarkFields({ modelId }: { modelId: string }) {
  const { marks } = useShelf();
  const { tellFailure } = useNotices();
  const { isFavourite = false, note: saved = '' } = useModelMarks()[modelId] ?? {};
  const [note, setNote] = useState(saved);
  const save = useRef(() => {});
  useEffect(() => {
    save.current = () => {
      if (note !== saved) marks.setNote(modelId, note).catch(tellFailure);
    };
  });
  useEffect(() => () => save.current(), []);
  return (
    <>
      <SwitchRow
        label={t('Favourite')}
        hint={t('Marked on its card, and first in the order “Favourites first”.')}
        value={isFavourite}
        onChange={(value) => void marks.setFavourite(modelId, value).catch(tellFailure)}
      />
      <TextField
        label={t('Note')}
        kind="lines"
        hint={t('For yourself; the search finds it.')}
        value={note}
        onChange={setNote}
      />
    </>
  );
}
