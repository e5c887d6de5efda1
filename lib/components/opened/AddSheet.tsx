/** A dialog with a model that can be added: its buttons, its licence before the download, and why it wasn’t added. */
import type { PropsWithChildren } from 'react';
import type { AddedOrigin } from '../../ai/added/addedRows';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { LicenseDialog } from '../dialogs/LicenseDialog';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { Overlay } from '../ui/Overlay';
import { openFailureWords } from '../words/addWords';
import { t } from '../words/language';
import { Announced } from './Announced';
import { useAdding } from './useAdding';

interface AddSheetProps {
  title: string;
  origin: AddedOrigin;
  /** The model where it is on the shelf already: it is shown there, and not added. */
  listed?: LlmModelConfig | undefined;
  /** Resolves with the model; undefined while nothing is chosen that can be added. */
  find: ((signal: AbortSignal) => Promise<LlmModelConfig>) | undefined;
  /** Whether there is nothing to choose from, so that there are no buttons. */
  isEmpty?: boolean;
  onClose: () => void;
}

export function AddSheet(props: PropsWithChildren<AddSheetProps>) {
  const { title, origin, listed, find, isEmpty = false, onClose, children } = props;
  const { adding, add, download, show } = useAdding(origin);
  if (adding.kind === 'license') {
    const { config } = adding;
    return (
      <LicenseDialog
        config={config}
        onAccepted={() => download(config)}
        onClose={() => show(config)}
      />
    );
  }
  const disabled = find === undefined || adding.kind === 'adding';
  const press = (downloads: boolean) => find && add(find, downloads);
  const buttons = listed ? (
    <Button label={t('Show it on the shelf')} tone="filled" onPress={() => show(listed)} />
  ) : (
    <>
      <Button label={t('Add to the shelf')} disabled={disabled} onPress={() => press(false)} />
      <Button
        label={t('Add and download')}
        icon="download"
        tone="filled"
        disabled={disabled}
        onPress={() => press(true)}
      />
    </>
  );
  return (
    <Overlay title={title} onClose={onClose} actions={isEmpty ? undefined : buttons}>
      {children}
      <Announced text={adding.kind === 'adding' ? t('Adding it to the shelf…') : ''} />
      {adding.kind === 'failed' ? <AddFailure {...openFailureWords(adding.failure)} /> : null}
    </Overlay>
  );
}

function AddFailure({ title, detail }: { title: string; detail: string }) {
  return (
    <Notice
      tone="error"
      icon="warning"
      title={title}
      text={t('It wasn’t added. {detail}', { detail })}
    />
  );
}
