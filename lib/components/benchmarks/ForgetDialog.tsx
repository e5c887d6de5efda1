/** Asks before all measurements of a model are deleted. */
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import { useNotices } from '../notices/Notices';
import { QuestionDialog } from '../notices/QuestionDialog';
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
  const { tell } = useNotices();
  const what =
    ids.length === 1 ? 'One measurement goes' : `${formatCount(ids.length)} measurements go`;
  return (
    <QuestionDialog
      title={`Remove the measurements of ${name}?`}
      text={`${what}. The model itself stays.`}
      action={{ label: 'Remove', icon: 'remove' }}
      run={async () => {
        await remove(ids);
        tell(`The measurements of ${name} were removed`);
      }}
      kept="The measurements are still here."
      onClose={onClose}
    />
  );
}
