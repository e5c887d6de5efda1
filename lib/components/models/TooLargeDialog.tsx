/** Asks before the download of a model that this device most likely can't run. */
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { Button } from '../ui/Button';
import { Overlay } from '../ui/Overlay';
import { formatAboutBytes } from '../words/words';

interface TooLargeDialogProps {
  config: LlmModelConfig;
  /** Bytes of memory that the model needs. */
  needBytes: number | undefined;
  onDownload: () => void;
  onClose: () => void;
}

export function TooLargeDialog({ config, needBytes, onDownload, onClose }: TooLargeDialogProps) {
  const need =
    needBytes === undefined
      ? 'It needs more memory than this device gives an app.'
      : `It needs ${formatAboutBytes(needBytes)} of memory, more than this device gives an app.`;
  return (
    <Overlay
      title={`Download ${config.displayName}?`}
      onClose={onClose}
      actions={
        <>
          <Button label="Don’t download" onPress={onClose} />
          <Button label="Download anyway" icon="download" tone="filled" onPress={onDownload} />
        </>
      }
    >
      <Text variant="bodyLarge">
        {need} It will most likely not load here, and trying can end the app. A smaller model will
        serve you better.
      </Text>
    </Overlay>
  );
}
