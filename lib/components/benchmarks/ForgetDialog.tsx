/** Asks before all measurements of a model are deleted. */
import { Text } from 'react-native-paper';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import { Button } from '../ui/Button';
import { useNotices } from '../notices/Notices';
import { Overlay } from '../ui/Overlay';
import { formatCount } from '../words/words';

interface ForgetDialogProps {
  /** Name of the model. */
  name: string;
  /** Ids of its measurements. */
  ids: readonly number[];
  onClose: () => void;
}

export function ForgetDialog({ name, ids, onClose }: ForgetDialogProps) {
  const { remove } = useBenchmarks();
  const { tell, tellFailure } = useNotices();
  return (
    <Overlay
      title={`Remove the measurements of ${name}?`}
      onClose={onClose}
      actions={
        <>
          <Button label="Keep" onPress={onClose} />
          <Button
            label="Remove"
            icon="remove"
            tone="danger"
            onPress={() => {
              onClose();
              const told = () => tell(`The measurements of ${name} were removed`);
              remove(ids).then(told, tellFailure);
            }}
          />
        </>
      }
    >
      <Text variant="bodyLarge">
        {ids.length === 1 ? 'One measurement goes' : `${formatCount(ids.length)} measurements go`}.
        The model itself stays.
      </Text>
    </Overlay>
  );
}
