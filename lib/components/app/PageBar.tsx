/**
 * The news of the page itself, above the lower edge of the window: a newer version of the app, and that models run on one
 * thread. Renders nothing on phones.
 */
import { useState, useSyncExternalStore } from 'react';
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import { useLLM } from '../../ai/LLMProvider';
import { useManagerSnapshot } from '../../ai/ModelProvider';
import type { AppPage } from '../../platform/pagePort';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { radius, space, useColors } from '../ui/theme';
import { t } from '../words/language';
import { joinSentences } from '../words/words';
import { reloadApp } from './reloadApp';

export function PageBar() {
  const page = globalThis.modelshelfPage;
  return page === undefined ? null : <News page={page} />;
}

function News({ page }: { page: AppPage }) {
  const update = useSyncExternalStore(page.subscribe, page.getUpdate);
  const [later, setLater] = useState(false);
  const [isTold, setTold] = useState(!page.tellsOfOneThread);
  const isAnswering = useLLM().status.kind === 'generating';
  // An answer would be cut off, so that nothing is offered while it is written.
  if (update !== 'none' && !later && !isAnswering) {
    return <UpdateOffer isElsewhere={update === 'elsewhere'} onLater={() => setLater(true)} />;
  }
  if (isTold) return null;
  const dismiss = () => {
    page.dismissOneThread();
    setTold(true);
  };
  const why = t(
    'Models run on one thread here, which is slower. The server of this page does not isolate it from other pages, and this browser does not let the app do that by itself.',
  );
  return <Bar text={why} onDismiss={dismiss} />;
}

function UpdateOffer({ isElsewhere, onLater }: { isElsewhere: boolean; onLater: () => void }) {
  const isMoving = useManagerSnapshot(({ states }) =>
    Object.values(states).some(({ kind }) => kind === 'downloading' || kind === 'verifying'),
  );
  const what = isElsewhere
    ? t('Another tab has a newer version of the app.')
    : t('A new version is ready.');
  const text = isMoving ? joinSentences([what, t('The download goes on after the reload.')]) : what;
  return (
    <Bar text={text} onDismiss={onLater}>
      <Button label={t('Reload')} icon="retry" tone="tonal" onPress={reloadApp} />
    </Bar>
  );
}

interface BarProps {
  text: string;
  onDismiss: () => void;
  children?: React.ReactNode;
}

function Bar({ text, onDismiss, children }: BarProps) {
  const colors = useColors();
  const look = { backgroundColor: colors.surface, borderColor: colors.outlineVariant };
  return (
    <View style={styles.place}>
      <View role="status" aria-live="polite" style={[styles.bar, look]}>
        <Text variant="bodyMedium" style={[styles.text, { color: colors.onSurface }]}>
          {text}
        </Text>
        {children}
        <IconButton name={t('Dismiss')} icon="close" onPress={onDismiss} />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  place: {
    position: 'absolute',
    start: 0,
    end: 0,
    bottom: space.m,
    alignItems: 'center',
    paddingHorizontal: space.l,
    pointerEvents: 'box-none',
  },
  bar: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: space.s,
    maxWidth: 640,
    paddingStart: space.l,
    paddingEnd: space.xs,
    paddingVertical: space.s,
    borderWidth: StyleSheet.hairlineWidth,
    borderRadius: radius.m,
    boxShadow: '0 6px 24px rgba(5, 12, 11, 0.28)',
  },
  text: { flex: 1, minWidth: 180 },
});
