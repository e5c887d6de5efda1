/** Settings: the way to the models, where they lie, and what this app is. */
import { Link } from 'expo-router';
import type { PropsWithChildren } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useModel } from '../ai/ModelProvider';
import { Heading } from './Heading';
import { Icon } from './icons';
import { Screen } from './Screen';
import { modelsShown } from './shelf';
import { SpeedLimit } from './SpeedLimit';
import { StorageSummary } from './StorageSummary';
import { radius, space, useColors } from './theme';
import { WifiOnly } from './WifiOnly';

export function SettingsScreen() {
  const { snapshot, host } = useModel();
  const colors = useColors();
  return (
    <Screen title="Settings">
      <Heading level={1} text="Settings" />
      <ModelsLink />
      <Panel title="Storage">
        <StorageSummary
          storage={snapshot.storage}
          persistent={snapshot.persistent}
          estimated={host.kind === 'web'}
        />
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          Models are kept here: {host.storageName}.
        </Text>
      </Panel>
      <Panel title="Download speed">
        <SpeedLimit />
        <WifiOnly />
      </Panel>
      <Panel title="Privacy">
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          Models run on this device. What you write stays here; only downloads use the network.
        </Text>
      </Panel>
    </Screen>
  );
}

function ModelsLink() {
  const { models, snapshot, currentConfig } = useModel();
  const colors = useColors();
  const here = modelsShown(models, snapshot.states, 'on-device').length;
  const selected = snapshot.states[currentConfig.modelId]?.kind === 'installed';
  const summary = selected
    ? `${currentConfig.displayName} is selected`
    : 'No model is selected yet';
  return (
    <Link href="/settings/models" asChild>
      <Pressable
        role="link"
        style={{
          ...styles.panel,
          ...styles.row,
          backgroundColor: colors.surface,
          borderColor: colors.outlineVariant,
        }}
      >
        <View style={[styles.tile, { backgroundColor: colors.primaryContainer }]}>
          <Icon name="library" size={22} color={colors.onPrimaryContainer} />
        </View>
        <View style={styles.words}>
          <Text variant="titleMedium">AI Models</Text>
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {here === 0 ? 'Nothing on this device yet' : `${here} on this device · ${summary}`}
          </Text>
        </View>
        <Icon name="forward" size={20} color={colors.onSurfaceVariant} />
      </Pressable>
    </Link>
  );
}

function Panel({ title, children }: PropsWithChildren<{ title: string }>) {
  const colors = useColors();
  return (
    <View
      style={[
        styles.panel,
        { backgroundColor: colors.surface, borderColor: colors.outlineVariant },
      ]}
    >
      <Heading level={2} text={title} />
      {children}
    </View>
  );
}

const styles = StyleSheet.create({
  panel: {
    gap: space.m,
    padding: space.xl - space.xs,
    borderRadius: radius.l,
    borderWidth: 1,
  },
  row: { flexDirection: 'row', alignItems: 'center', gap: space.l },
  tile: {
    width: 44,
    height: 44,
    borderRadius: radius.m,
    alignItems: 'center',
    justifyContent: 'center',
  },
  words: { flex: 1, gap: 2 },
});
