/** Settings: links to the models and their benchmarks, where models are stored, and what the app does by itself. */
import { Link } from 'expo-router';
import type { Href } from 'expo-router';
import { Pressable, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { useBenchmarks } from '../../ai/measure/BenchmarkProvider';
import {
  useIsInstalled,
  useManagerSnapshot,
  useModel,
  useModelsWhere,
} from '../../ai/ModelProvider';
import { usePreferences } from '../../ai/settings/PreferencesProvider';
import { newestOfEach } from '../benchmarks/benchmarkMetrics';
import { Heading } from '../ui/Heading';
import { Icon } from '../ui/icons';
import type { IconName } from '../ui/icons';
import { useNotices } from '../notices/Notices';
import { Panel } from '../ui/Panel';
import { Screen } from '../ui/Screen';
import { isShown } from '../models/shelf';
import { HubAccount } from './HubAccount';
import { LanguageChoice } from './LanguageChoice';
import { NotifySwitch } from './NotifySwitch';
import { SpeedLimit } from './SpeedLimit';
import { SwitchRow } from '../ui/SwitchRow';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatBytes } from '../words/words';
import { WifiOnly } from './WifiOnly';

export function SettingsScreen() {
  const { host } = useModel();
  const colors = useColors();
  return (
    <Screen title={t('Settings')}>
      <Heading level={1} text={t('Settings')} />
      <ModelsLink />
      <BenchmarksLink />
      <ScreenLink
        href="/settings/doctor"
        icon="doctor"
        title={t('Doctor')}
        text={t('What this device can do for models, and what keeps it from more.')}
      />
      <StorageLink />
      <Panel title={t('Download speed')}>
        <SpeedLimit />
        <WifiOnly />
      </Panel>
      <HubAccount />
      <Panel title={t('Automatic')}>
        <Habits />
        <NotifySwitch />
      </Panel>
      <LanguageChoice />
      <Panel title={t('Privacy')}>
        <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
          {host.runtimes.some((runtime) => !TRAITS[runtime].hasFiles)
            ? t(
                'Models run on this device. What you write stays here; only downloads use the network. The browser’s own model is the exception: where it runs, the browser decides.',
              )
            : t(
                'Models run on this device. What you write stays here; only downloads use the network.',
              )}
        </Text>
      </Panel>
    </Screen>
  );
}

function ModelsLink() {
  const { currentConfig } = useModel();
  const here = useModelsWhere(isShown['on-device']).length;
  const selected = useIsInstalled(currentConfig.modelId);
  return (
    <ScreenLink
      href="/settings/models"
      icon="library"
      title={t('AI Models')}
      text={
        here === 0
          ? t('Nothing on this device yet')
          : selected
            ? t(
                '{count, plural, one {# on this device} other {# on this device}} · {name} is selected',
                {
                  count: here,
                  name: currentConfig.displayName,
                },
              )
            : t(
                '{count, plural, one {# on this device} other {# on this device}} · no model is selected yet',
                { count: here },
              )
      }
    />
  );
}

function StorageLink() {
  const { usedBytes, freeBytes } = useManagerSnapshot(({ storage }) => storage);
  const used = formatBytes(usedBytes);
  return (
    <ScreenLink
      href="/settings/storage"
      icon="storage"
      title={t('Storage')}
      text={
        freeBytes === undefined
          ? t('{used} in models', { used })
          : t('{used} in models, {free} free', { used, free: formatBytes(freeBytes) })
      }
    />
  );
}

function BenchmarksLink() {
  const { results } = useBenchmarks();
  const measured = newestOfEach(results).length;
  return (
    <ScreenLink
      href="/settings/benchmarks"
      icon="benchmark"
      title={t('Benchmarks')}
      text={
        measured === 0
          ? t('How fast each model is on this device')
          : t('{count, plural, one {# model} other {# models}} measured on this device', {
              count: measured,
            })
      }
    />
  );
}

interface ScreenLinkProps {
  href: Href;
  icon: IconName;
  title: string;
  text: string;
}

function ScreenLink({ href, icon, title, text }: ScreenLinkProps) {
  const colors = useColors();
  return (
    <Link href={href} asChild>
      <Pressable
        role="link"
        style={{
          ...styles.link,
          backgroundColor: colors.surface,
          borderColor: colors.outlineVariant,
        }}
      >
        <View style={[styles.tile, { backgroundColor: colors.primaryContainer }]}>
          <Icon name={icon} size={22} color={colors.onPrimaryContainer} />
        </View>
        <View style={styles.words}>
          <Text variant="titleMedium">{title}</Text>
          <Text variant="bodyMedium" style={{ color: colors.onSurfaceVariant }}>
            {text}
          </Text>
        </View>
        <Icon name="forward" size={20} color={colors.onSurfaceVariant} />
      </Pressable>
    </Link>
  );
}

function Habits() {
  const { preloadAtStart, smokeTest, looksForUpdates, updatesByItself, setPreferences } =
    usePreferences();
  const { tellFailure } = useNotices();
  return (
    <>
      <SwitchRow
        label={t('Load the selected model at start')}
        hint={t('The first answer comes sooner; the model is in memory from the beginning.')}
        value={preloadAtStart}
        onChange={(value) => void setPreferences({ preloadAtStart: value }).catch(tellFailure)}
      />
      <SwitchRow
        label={t('Try each model after its install')}
        hint={t(
          'A short answer shows whether it works here, and how fast. Never in the middle of a chat.',
        )}
        value={smokeTest}
        onChange={(value) => void setPreferences({ smokeTest: value }).catch(tellFailure)}
      />
      <SwitchRow
        label={t('Look for newer versions once a day')}
        hint={t('Asks the hub about the models that you added, after the start.')}
        value={looksForUpdates}
        onChange={(value) => void setPreferences({ looksForUpdates: value }).catch(tellFailure)}
      />
      <SwitchRow
        label={t('Update models by itself')}
        hint={t('Only on a network that isn’t metered. The version before can come back.')}
        value={updatesByItself}
        onChange={(value) => void setPreferences({ updatesByItself: value }).catch(tellFailure)}
      />
    </>
  );
}

const styles = StyleSheet.create({
  link: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.l,
    padding: space.xl - space.xs,
    borderRadius: radius.l,
    borderWidth: 1,
  },
  tile: {
    width: 44,
    height: 44,
    borderRadius: radius.m,
    alignItems: 'center',
    justifyContent: 'center',
  },
  words: { flex: 1, gap: 2 },
});
