/** Reports outcomes: shown for some seconds at the bottom, and read by screen readers. */
import { createContext, use, useCallback, useEffect, useMemo, useState } from 'react';
import type { PropsWithChildren } from 'react';
import { AccessibilityInfo, StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModels } from '../../ai/ModelProvider';
import { isAbortError, toFailure } from '../../errors';
import { IconButton } from '../ui/IconButton';
import { useNavigation } from '../ui/navigation';
import { isRemoval, outcomeOf } from './outcomes';
import { UndoRemoval } from './UndoRemoval';
import { radius, space, useColors } from '../ui/theme';
import { useBottomInset } from './useBottomInset';
import { useSettledChanges } from './useSettledChanges';
import type { OnSettled } from './useSettledChanges';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';

interface NoticesBinding {
  tell(text: string): void;
  /** Shows a failure in words; a cancellation isn't shown. */
  tellFailure(error: unknown): void;
}

interface Notice {
  /** Empty for none. */
  text: string;
  /** Whose state it tells: it is over with the next change of that. */
  modelId?: string;
  /** The model whose removal it tells; Undo brings it back, as long as that is possible. */
  removed?: LlmModelConfig;
}

const NONE: Notice = { text: '' };

const NoticesContext = createContext<NoticesBinding | undefined>(undefined);
const SHOWN_MS = 7000;
const ABOVE_COMPOSER = 92;

/** @throws Error outside of Notices: render the component inside of them. */
export function useNotices(): NoticesBinding {
  const binding = use(NoticesContext);
  if (binding === undefined) throw new Error('useNotices needs Notices above it.');
  return binding;
}

/** `first` is shown at once, and stays until it is dismissed or replaced. */
export function Notices({
  first = '',
  children,
}: PropsWithChildren<{ first?: string | undefined }>) {
  const [{ text, removed }, setNotice] = useState<Notice>({ text: first });
  const binding = useMemo<NoticesBinding>(
    () => ({
      tell: (told) => setNotice({ text: told }),
      tellFailure(error) {
        if (isAbortError(error)) return;
        const { title, detail } = describeFailure(toFailure(error));
        setNotice({ text: t('{title}. {detail}', { title, detail }) });
      },
    }),
    [],
  );
  const { host } = useModels();
  const tellOutcome = useCallback<OnSettled>((config, before, after) => {
    const { modelId, displayName } = config;
    const outcome = outcomeOf(displayName, before, after);
    if (outcome === undefined) setNotice((shown) => (shown.modelId === modelId ? NONE : shown));
    else
      setNotice({ text: outcome, modelId, ...(isRemoval(before, after) && { removed: config }) });
  }, []);
  useSettledChanges(tellOutcome);
  useEffect(() => {
    // VoiceOver doesn't support live regions.
    if (text !== '' && host.kind === 'ios') AccessibilityInfo.announceForAccessibility(text);
  }, [text, host]);
  useEffect(() => {
    if (text === '' || text === first) return undefined;
    const timer = setTimeout(() => setNotice(NONE), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text, first]);
  return (
    <NoticesContext value={binding}>
      {children}
      <NoticeBar
        text={text}
        removed={removed}
        onFailure={binding.tellFailure}
        onDismiss={() => setNotice(NONE)}
      />
    </NoticesContext>
  );
}

/** For a component that may be rendered without Notices above it: it gets its own then. */
export function OwnNotices({ children }: PropsWithChildren) {
  return use(NoticesContext) === undefined ? <Notices>{children}</Notices> : children;
}

interface NoticeBarProps {
  text: string;
  removed: LlmModelConfig | undefined;
  onFailure: (error: unknown) => void;
  onDismiss: () => void;
}

function NoticeBar({ text, removed, onFailure, onDismiss }: NoticeBarProps) {
  const colors = useColors();
  // The chat's field is at the bottom, and a person who is writing looks at it.
  const isOverChat = useNavigation()?.path === '/';
  const bottom = useBottomInset() + (isOverChat ? ABOVE_COMPOSER : space.xl);
  return (
    <View style={[styles.place, { bottom }]}>
      {/* Always in the page: screen readers don't read a live region that is added together with its text. */}
      <View role="status" aria-live="polite" style={styles.region}>
        {text === '' ? null : (
          <View style={[styles.bar, { backgroundColor: colors.inverseSurface }]}>
            <Text variant="bodyMedium" style={[styles.text, { color: colors.inverseOnSurface }]}>
              {text}
            </Text>
            {removed === undefined ? null : <UndoRemoval config={removed} onFailure={onFailure} />}
            <IconButton
              name={t('Dismiss')}
              icon="close"
              color={colors.inverseOnSurface}
              onPress={onDismiss}
            />
          </View>
        )}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  place: {
    position: 'absolute',
    start: 0,
    end: 0,
    alignItems: 'center',
    paddingHorizontal: space.l,
    pointerEvents: 'box-none',
  },
  region: { width: '100%', maxWidth: 520, pointerEvents: 'box-none' },
  bar: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    paddingStart: space.l,
    paddingEnd: space.xs,
    paddingVertical: space.xs,
    borderRadius: radius.m,
    boxShadow: '0 6px 24px rgba(5, 12, 11, 0.28)',
  },
  text: { flex: 1 },
});
