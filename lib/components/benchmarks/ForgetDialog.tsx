/** Asks before all measurements of a model are deleted. */
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import { useNotices } from '../notices/Notices';
import { QuestionDialog } from '../notices/QuestionDialog';
import { t } from '../words/language';

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
  return (
    <QuestionDialog
      title={t('Remove the measurements of {name}?', { name })}
      text={t(
        '{count, plural, one {# measurement is removed.} other {# measurements are removed.}} The model itself stays.',
        { count: ids.length },
      )}
      action={{ label: t('Remove'), icon: 'remove' }}
      run={async () => {
        await remove(ids);
        tell(t('The measurements of {name} were removed', { name }));
      }}
      kept={t('The measurements are still here.')}
      onClose={onClose}
    />
  );
}
