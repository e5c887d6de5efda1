/** The bar above the chat: the model and its status, and the ways to other chats and models. */
import { StyleSheet, View, useWindowDimensions } from 'react-native';
import { Text } from 'react-native-paper';
import type { LlmStatus } from '../../ai/engine/llmSnapshot';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModel } from '../../ai/ModelProvider';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { LinkButton, Button } from '../ui/Button';
import { Heading } from '../ui/Heading';
import { IconButton } from '../ui/IconButton';
import { useNavigation } from '../ui/navigation';
import { ProgressBar } from '../ui/ProgressBar';
import type { IconName } from '../ui/icons';
import { space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { formatPercent, percentOf } from '../words/words';

const WORDS_ABOVE = 560;

interface ChatBarProps {
  model: LlmModelConfig;
  status: LlmStatus;
  /** Undefined if the open chat is empty. */
  onNewChat: (() => void) | undefined;
}

export function ChatBar({ model, status, onNewChat }: ChatBarProps) {
  const { runtimeOf } = useModel();
  // On a narrow screen the way to it is in the empty chat.
  const roomy = useIsRoomy();
  return (
    <View>
      <View style={styles.bar}>
        <View style={styles.model}>
          <Heading level={1} text={model.displayName} small />
          <StatusLine
            words={statusWords(status, { model, isBrowsers: !TRAITS[runtimeOf(model)].hasFiles })}
          />
        </View>
        {onNewChat ? <BarButton label={t('New chat')} icon="new" onPress={onNewChat} /> : null}
        <BarLink label={t('Chats')} icon="history" route="/chats" />
        {roomy ? <BarLink label={t('Compare')} icon="compare" route="/compare" /> : null}
        <LinkButton
          label={t('Change')}
          name={t('Change the model')}
          tone="quiet"
          href="/settings/models"
        />
      </View>
      {status.kind === 'loading' ? (
        <View style={styles.progress}>
          <LoadProgress fraction={status.fraction} />
        </View>
      ) : null}
    </View>
  );
}

const useIsRoomy = () => useWindowDimensions().width >= WORDS_ABOVE;

interface BarButtonProps {
  label: string;
  icon: IconName;
  onPress: () => void;
}

function BarButton({ label, icon, onPress }: BarButtonProps) {
  return useIsRoomy() ? (
    <Button label={label} icon={icon} onPress={onPress} />
  ) : (
    <IconButton name={label} icon={icon} onPress={onPress} />
  );
}

/** Nothing in an app that supplies no routes. */
function BarLink({ label, icon, route }: Omit<BarButtonProps, 'onPress'> & { route: string }) {
  const navigation = useNavigation();
  if (navigation === undefined) return null;
  return <BarButton label={label} icon={icon} onPress={() => navigation.open(route)} />;
}

function LoadProgress({ fraction }: { fraction: number | undefined }) {
  return (
    <ProgressBar
      label={t('Loading into memory')}
      valueText={fraction === undefined ? t('Under way') : formatPercent(percentOf(fraction, 1))}
      part={fraction ?? 0}
      total={fraction === undefined ? undefined : 1}
    />
  );
}

/** Screen readers read each change, so it contains no percentage. */
function StatusLine({ words }: { words: string }) {
  const colors = useColors();
  return (
    <Text variant="bodySmall" role="status" style={{ color: colors.onSurfaceVariant }}>
      {words}
    </Text>
  );
}

interface Answering {
  model: LlmModelConfig;
  /** Whether the browser's own model answers; only the browser knows where that model runs. */
  isBrowsers: boolean;
}

function statusWords(status: LlmStatus, { model: { modelId }, isBrowsers }: Answering): string {
  switch (status.kind) {
    case 'empty':
      return isBrowsers ? t('In the browser') : t('On this device');
    case 'loading':
      return t('Loading into memory…');
    case 'ready':
      return isBrowsers ? t('Ready, in the browser') : t('Ready, on this device');
    case 'generating':
      return t('Answering…');
    case 'measuring':
      return t('Being measured…');
    case 'failed':
      return status.modelId === modelId ? t('Did not load') : t('Not loaded yet');
  }
}

const styles = StyleSheet.create({
  bar: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    paddingHorizontal: space.l,
    paddingVertical: space.m,
  },
  model: { flex: 1 },
  progress: { paddingHorizontal: space.l, paddingBottom: space.s },
});
