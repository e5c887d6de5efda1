/** The comparison as a picture and on paper. Browsers only. */
import { I18nManager } from 'react-native';
import { useModel } from '../../ai/ModelProvider';
import type { SavedBenchmark } from '../../db/benchmarks';
import { useNotices } from '../notices/Notices';
import { Button } from '../ui/Button';
import { t } from '../words/language';
import { sharePicture } from './pictureOnPage';

interface PictureButtonsProps {
  /** One row for each model. */
  rows: readonly SavedBenchmark[];
  nameOf: (modelId: string) => string;
}

export function PictureButtons({ rows, nameOf }: PictureButtonsProps) {
  const { host } = useModel();
  const { tell, tellFailure } = useNotices();
  if (host.kind !== 'web' || rows.length === 0) return null;

  async function share() {
    const outcome = await sharePicture({
      rows,
      nameOf,
      deviceName: host.deviceName,
      isRightToLeft: I18nManager.getConstants().isRTL,
    });
    tell(
      outcome === 'copied'
        ? t('The picture is in the clipboard')
        : t('This browser does not let the page copy pictures, so it was saved as a file'),
    );
  }

  const { print } = globalThis as { print?: () => void };
  return (
    <>
      <Button
        label={t('Copy as picture')}
        icon="copy"
        onPress={() => void share().catch(tellFailure)}
      />
      {print === undefined ? null : (
        <Button label={t('Print')} icon="print" onPress={() => print()} />
      )}
    </>
  );
}
