/** The progress of a download: a bar and its numbers, for every state that has them. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ModelState } from '../../ai/modelState';
import { ProgressBar } from '../ui/ProgressBar';
import { space, useColors } from '../ui/theme';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import {
  formatBytes,
  formatDate,
  formatPercent,
  formatRate,
  formatTimeLeft,
  percentOf,
} from '../words/words';

type Moving = Extract<
  ModelState,
  { kind: 'waiting' | 'downloading' | 'paused' | 'verifying' | 'failed' }
>;

export function TransferProgress({ name, state }: { name: string; state: Moving }) {
  const { onSurfaceVariant } = useColors();
  const { part, total } = amounts(state);
  const amount = amountWords(part, total);
  const lead = leadWords(state);
  return (
    <View style={styles.box}>
      <ProgressBar
        label={
          state.kind === 'verifying'
            ? t('Checking {name}', { name })
            : t('Downloading {name}', { name })
        }
        valueText={t('{status}, {amount}', { status: lead, amount })}
        part={part}
        total={total}
        idle={state.kind === 'paused' || state.kind === 'failed'}
      />
      <View style={styles.numbers}>
        <Text variant="labelMedium" style={[styles.lead, { color: onSurfaceVariant }]}>
          {lead}
        </Text>
        <Text variant="labelMedium" style={[styles.amount, { color: onSurfaceVariant }]}>
          {amount}
        </Text>
      </View>
    </View>
  );
}

type Arriving = Extract<ModelState, { kind: 'arriving' }>;

/** The progress of a download by the browser: a percentage only, as the browser doesn't report bytes. */
export function ArrivingProgress({ name, state }: { name: string; state: Arriving }) {
  const { onSurfaceVariant } = useColors();
  const { fraction } = state;
  const words = arrivingWords(state);
  return (
    <View style={styles.box}>
      <ProgressBar
        label={t('Downloading {name}', { name })}
        valueText={words}
        part={fraction ?? 0}
        // There is no progress value for the work after the last byte.
        total={fraction === undefined || fraction === 1 ? undefined : 1}
      />
      <Text variant="labelMedium" style={[styles.lead, { color: onSurfaceVariant }]}>
        {words}
      </Text>
    </View>
  );
}

function arrivingWords({ fraction, isFollowed }: Arriving): string {
  if (!isFollowed) return t('The browser is downloading it');
  if (fraction === undefined) return t('Waiting for the browser');
  if (fraction === 1) return t('Downloaded · the browser is preparing it');
  return t('The browser is downloading it · {percent}', {
    percent: formatPercent(percentOf(fraction, 1)),
  });
}

function amounts(state: Moving): { part: number; total: number | undefined } {
  return state.kind === 'verifying'
    ? { part: state.verifiedBytes, total: state.totalBytes }
    : { part: state.receivedBytes, total: state.totalBytes };
}

function amountWords(part: number, total: number | undefined): string {
  if (total === undefined) return t('{part}, total unknown', { part: formatBytes(part) });
  const percent = formatPercent(percentOf(part, total));
  return t('{part} of {total} · {percent}', {
    part: formatBytes(part),
    total: formatBytes(total),
    percent,
  });
}

function leadWords(state: Moving): string {
  switch (state.kind) {
    case 'waiting':
      return waitingWords(state);
    case 'downloading':
      return movingWords(state);
    case 'paused':
      return state.pausedAt === undefined
        ? t('Paused')
        : t('Paused since {time}', { time: formatDate(state.pausedAt) });
    case 'verifying':
      return t('Checking the files');
    case 'failed':
      return t('Stopped');
  }
}

function movingWords(state: Extract<ModelState, { kind: 'downloading' }>): string {
  if (state.bytesPerSecond === undefined) return t('Downloading');
  const rate = formatRate(state.bytesPerSecond);
  return state.secondsLeft === undefined ? rate : `${rate} · ${formatTimeLeft(state.secondsLeft)}`;
}

function waitingWords(state: Extract<ModelState, { kind: 'waiting' }>): string {
  switch (state.reason) {
    case 'preparing':
      return t('Getting ready');
    case 'other-owner':
      return t('Another tab is downloading it');
    case 'queued':
      return t('Waiting for its turn');
    case 'wifi':
      return t('Waiting for Wi-Fi');
    case 'space':
      return t('Waiting for space');
    case 'retrying':
      return state.failure === undefined
        ? t('Trying again')
        : t('{problem} · trying again', { problem: describeFailure(state.failure).title });
  }
}

const styles = StyleSheet.create({
  box: { gap: space.s },
  numbers: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    columnGap: space.m,
  },
  lead: { fontVariant: ['tabular-nums'] },
  amount: { fontVariant: ['tabular-nums'] },
});
