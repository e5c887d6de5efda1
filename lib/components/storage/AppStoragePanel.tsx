/** What the app keeps on this device beside models. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { AppStorage } from '../../platform/types';
import { LinkButton } from '../ui/Button';
import { Panel } from '../ui/Panel';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatBytes } from '../words/words';
import { StoredRow } from './StoredRow';

export function AppStoragePanel({ app: { databaseBytes, cacheBytes } }: { app: AppStorage }) {
  const colors = useColors();
  if (databaseBytes === undefined && cacheBytes === undefined) return null;
  return (
    <Panel title={t('This app')}>
      <View role="list" aria-label={t('This app')} style={styles.list}>
        {databaseBytes === undefined ? null : (
          <StoredRow
            name={t('Chats, settings and measurements')}
            size={formatBytes(databaseBytes)}
            about={t('You delete chats in their list, and measurements on their screen.')}
          >
            <LinkButton label={t('Chats')} icon="history" href="/chats" />
          </StoredRow>
        )}
        {cacheBytes === undefined ? null : (
          <StoredRow
            name={t('The app itself')}
            size={formatBytes(cacheBytes)}
            about={t(
              'The browser keeps it, so that it opens without a connection. It goes when you delete the data of this site.',
            )}
          />
        )}
      </View>
      <Text variant="bodySmall" style={{ color: colors.onSurfaceVariant }}>
        {t('These aren’t counted in the sum of models and downloads.')}
      </Text>
    </Panel>
  );
}

const styles = StyleSheet.create({ list: { gap: space.l } });
