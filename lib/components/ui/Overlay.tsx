/**
 * A dialog: a sheet at the bottom of a narrow screen, a box in the middle of a wide one. React Native's Modal keeps the
 * focus inside, closes on Escape and restores the focus afterwards.
 */
import type { PropsWithChildren, ReactNode } from 'react';
import { Modal, ScrollView, StyleSheet, View, useWindowDimensions } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { Heading } from './Heading';
import { IconButton } from './IconButton';
import { NARROW, radius, space, useColors } from './theme';
import { t } from '../words/language';

interface OverlayProps {
  title: string;
  onClose: () => void;
  /** The row of buttons at the end. */
  actions?: ReactNode;
}

/** Mount it to open it, unmount it to close it. */
export function Overlay({ title, onClose, actions, children }: PropsWithChildren<OverlayProps>) {
  const colors = useColors();
  const { width, height } = useWindowDimensions();
  const insets = useSafeAreaInsets();
  const sheet = width < NARROW;
  return (
    <Modal transparent animationType="none" aria-label={title} onRequestClose={onClose}>
      <View style={[styles.page, sheet ? styles.atBottom : styles.centred]}>
        {/* Closes the dialog for pointers; the keyboard has Escape and Close. It isn't a Pressable: a Pressable can
            take the focus, and this one would be the first in the dialog to get it. */}
        <View
          aria-hidden
          onStartShouldSetResponder={() => true}
          onResponderRelease={onClose}
          style={[StyleSheet.absoluteFill, styles.shade]}
        />
        <View
          style={[
            styles.box,
            sheet ? styles.sheet : styles.dialog,
            { backgroundColor: colors.surface, maxHeight: height * 0.88 },
            sheet && { paddingBottom: space.l + insets.bottom },
          ]}
        >
          <View style={styles.head}>
            <View style={styles.title}>
              <Heading level={2} text={title} />
            </View>
            <IconButton name={t('Close')} icon="close" onPress={onClose} />
          </View>
          <ScrollView style={styles.scroll} contentContainerStyle={styles.content}>
            {children}
          </ScrollView>
          {actions === undefined ? null : <View style={styles.actions}>{actions}</View>}
        </View>
      </View>
    </Modal>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1 },
  atBottom: { justifyContent: 'flex-end' },
  centred: { justifyContent: 'center', alignItems: 'center', padding: space.xl },
  shade: { backgroundColor: 'rgba(5, 12, 11, 0.55)' },
  box: { overflow: 'hidden', paddingBottom: space.l },
  sheet: { borderTopStartRadius: radius.l, borderTopEndRadius: radius.l },
  dialog: { borderRadius: radius.l, width: '100%', maxWidth: 560 },
  head: {
    flexDirection: 'row',
    alignItems: 'flex-start',
    gap: space.m,
    paddingTop: space.m,
    paddingStart: space.xl,
    paddingEnd: space.m,
  },
  title: { flex: 1, paddingTop: space.s },
  scroll: { flexGrow: 0 },
  content: { paddingHorizontal: space.xl, paddingVertical: space.m, gap: space.m },
  actions: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    justifyContent: 'flex-end',
    gap: space.s,
    paddingHorizontal: space.xl,
    paddingTop: space.s,
  },
});
