/** What this device can do for models, what keeps it from more, and what helps. */
import { Text } from 'react-native-paper';
import { useDoctor } from '../../ai/doctor/DoctorProvider';
import { useCopy } from '../notices/useCopy';
import { Heading } from '../ui/Heading';
import { Screen } from '../ui/Screen';
import { useColors } from '../ui/theme';
import { t } from '../words/language';
import { LazyExamination } from './LazyExamination';

export function DoctorScreen() {
  const colors = useColors();
  const doctor = useDoctor();
  const copy = useCopy();
  return (
    <Screen title={t('Doctor')}>
      <Heading level={1} text={t('Doctor')} />
      <Text variant="bodyLarge" style={{ color: colors.onSurfaceVariant }}>
        {t('What this device can do for models, and what keeps it from more.')}
      </Text>
      <LazyExamination doctor={doctor} onCopy={copy} />
    </Screen>
  );
}
