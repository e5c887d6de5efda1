/** Shown until the models folder and the database are open, and if they can't be opened. */
import { setStringAsync } from 'expo-clipboard';
import { lazy, Suspense, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ClosedModel } from '../../ai/catalogs/closedShelf';
import type { Doctor } from '../../ai/doctor/createDoctor';
import type { ModelFailure } from '../../errors';
import { LazyExamination } from '../doctor/LazyExamination';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Icon } from '../ui/icons';
import { Screen } from '../ui/Screen';
import { CardSkeletons } from '../ui/Skeleton';
import { space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { reloadApp } from './reloadApp';

export function Starting() {
  const colors = useColors();
  return (
    <Screen>
      <Text role="status" variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
        {t('Looking at what is on the shelf…')}
      </Text>
      <CardSkeletons />
    </Screen>
  );
}

/** Not a part of the first screen. */
const ClosedShelf = lazy(() =>
  import('../closed/ClosedShelf').then((loaded) => ({ default: loaded.ClosedShelf })),
);

interface FailedProps {
  failure: ModelFailure;
  doctor: Doctor;
}

/** `offered`: the models to read about; none where they may be here and only this start has failed. */
export function StartFailed({
  offered,
  ...failed
}: FailedProps & { offered: readonly ClosedModel[] }) {
  const report = <FailedStart {...failed} />;
  if (offered.length === 0) return <Screen>{report}</Screen>;
  return (
    <Suspense fallback={<Starting />}>
      <ClosedShelf models={offered}>{report}</ClosedShelf>
    </Suspense>
  );
}

function FailedStart({ failure, doctor }: FailedProps) {
  const colors = useColors();
  const { title, detail } = describeFailure(failure);
  const [isExamined, setExamined] = useState(false);
  return (
    <>
      <View role="alert" style={styles.box}>
        <Icon name="warning" size={36} color={colors.error} />
        <Heading level={1} text={title} />
        <Text variant="bodyLarge" style={[styles.text, { color: colors.onSurfaceVariant }]}>
          {detail}
        </Text>
      </View>
      <View style={styles.actions}>
        <Button label={t('Reload')} icon="retry" tone="filled" onPress={reloadApp} />
        {isExamined ? null : (
          <Button
            label={t('Examine this device')}
            icon="search"
            onPress={() => setExamined(true)}
          />
        )}
      </View>
      {isExamined ? (
        <LazyExamination doctor={doctor} onCopy={(text) => void setStringAsync(text)} />
      ) : null}
    </>
  );
}

const styles = StyleSheet.create({
  box: { gap: space.m, paddingTop: space.xxl },
  text: { maxWidth: 560 },
  actions: { flexDirection: 'row', flexWrap: 'wrap', gap: space.m },
});
