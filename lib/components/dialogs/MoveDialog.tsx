/** Asks on which drive a model is to lie, and begins the move: its progress is on the card. */
import { useEffect, useState } from 'react';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { Place } from '../../platform/types';
import { QuestionDialog } from '../notices/QuestionDialog';
import { Notice } from '../ui/Notice';
import { Options } from '../ui/Options';
import { t } from '../words/language';
import { formatBytes, printable } from '../words/words';

interface MoveDialogProps {
  config: LlmModelConfig;
  /** The id of the place where it lies; `''` for the store itself. */
  at: string;
  listPlaces: () => Promise<readonly Place[]>;
  move: (to: string) => void;
  onClose: () => void;
}

export function MoveDialog({ config, at, listPlaces, move, onClose }: MoveDialogProps) {
  const [places, setPlaces] = useState<readonly Place[]>();
  const [chosen, setChosen] = useState<string>();
  useEffect(() => {
    let isShown = true;
    void listPlaces().then((found) => {
      if (isShown) setPlaces(found);
    });
    return () => {
      isShown = false;
    };
  }, [listPlaces]);
  const connected = places?.filter(({ isConnected }) => isConnected) ?? [];
  const others = [
    ...(at === '' ? [] : [{ value: '', label: t('This device') }]),
    ...connected
      .filter(({ id }) => id !== at)
      .map((place) => ({ value: place.id, label: placeLabel(place) })),
  ];
  const to = chosen ?? others[0]?.value;
  return (
    <QuestionDialog
      title={t('Move {name}?', { name: config.displayName })}
      text={t(
        'Its files are copied and read back first, and removed here only after that. You can go on using it meanwhile.',
      )}
      keepLabel={t('Leave it here')}
      action={{ label: t('Move'), icon: 'storage', tone: 'filled' }}
      isReady={to !== undefined}
      run={() => {
        if (to !== undefined) move(to);
      }}
      onClose={onClose}
    >
      {others.length > 0 ? (
        <Options
          label={t('The drive to move it to')}
          options={others.map(({ value, label }) => ({
            value,
            content: <Text variant="bodyLarge">{label}</Text>,
          }))}
          value={to}
          onChange={setChosen}
        />
      ) : null}
      {places !== undefined && others.length === 0 ? (
        <Notice
          tone="calm"
          icon="info"
          text={t('No other drive is connected. Connect one, then open this again.')}
        />
      ) : null}
    </QuestionDialog>
  );
}

function placeLabel({ name, freeBytes }: Place): string {
  return freeBytes === undefined
    ? printable(name)
    : t('{place}, {free} free', { place: printable(name), free: formatBytes(freeBytes) });
}
