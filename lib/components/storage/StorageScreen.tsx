/** Settings > Storage: what every byte is for, and how to have more room. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useManagerSnapshot, useModels } from '../../ai/ModelProvider';
import { StorageSummary } from '../models/StorageSummary';
import { Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { Notice } from '../ui/Notice';
import { Screen } from '../ui/Screen';
import { CardSkeletons } from '../ui/Skeleton';
import { space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatBytes, storagePlace } from '../words/words';
import { AppStoragePanel } from './AppStoragePanel';
import { MakeRoom } from './MakeRoom';
import { StoredKinds } from './StoredKinds';
import { useStorage } from './useStorage';

export function StorageScreen() {
  const { host } = useModels();
  const storage = useManagerSnapshot((snapshot) => snapshot.storage);
  const persistent = useManagerSnapshot((snapshot) => snapshot.persistent);
  const colors = useColors();
  const { report, failure, readAgain } = useStorage();
  const words = failure && describeFailure(failure);
  return (
    <Screen title={t('Storage')}>
      <View style={styles.head}>
        <Heading level={1} text={t('Storage')} />
        <StorageSummary storage={storage} persistent={persistent} estimated={host.kind === 'web'} />
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {t('Models are kept here: {place}.', { place: storagePlace(host) })}
        </Text>
      </View>
      {words ? (
        <Notice tone="error" icon="warning" title={words.title} text={words.detail}>
          <View style={styles.buttons}>
            <Button label={t('Try again')} icon="retry" onPress={readAgain} />
          </View>
        </Notice>
      ) : null}
      {report === undefined ? (
        failure === undefined && <CardSkeletons />
      ) : (
        <>
          <MakeRoom />
          <StoredKinds items={report.items} />
          <AppStoragePanel app={report.app} />
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {t('All files of models and downloads together: {size}.', {
              size: formatBytes(report.usedBytes),
            })}
          </Text>
        </>
      )}
    </Screen>
  );
}

const styles = StyleSheet.create({
  head: { gap: space.m },
  buttons: { flexDirection: 'row' },
});
