/** How far a download is: a bar and its numbers, whatever the state that holds them. */
import { StyleSheet, View } from 'react-native';
import { Text } from 'react-native-paper';
import type { ModelState } from '../ai/modelState';
import { ProgressBar } from './ProgressBar';
import { space, useColors } from './theme';
import { describeFailure } from './failureWords';
import { formatBytes, formatRate, formatTimeLeft, percentOf } from './words';

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
        label={`${state.kind === 'verifying' ? 'Checking' : 'Downloading'} ${name}`}
        valueText={`${lead}, ${amount}`}
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

function amounts(state: Moving): { part: number; total: number | undefined } {
  return state.kind === 'verifying'
    ? { part: state.verifiedBytes, total: state.totalBytes }
    : { part: state.receivedBytes, total: state.totalBytes };
}

function amountWords(part: number, total: number | undefined): string {
  return total === undefined
    ? `${formatBytes(part)}, total unknown`
    : `${formatBytes(part)} of ${formatBytes(total)} · ${percentOf(part, total)}%`;
}

function leadWords(state: Moving): string {
  switch (state.kind) {
    case 'waiting':
      return waitingWords(state);
    case 'downloading':
      return movingWords(state);
    case 'paused':
      return 'Paused';
    case 'verifying':
      return 'Checking the files';
    case 'failed':
      return 'Stopped';
  }
}

function movingWords(state: Extract<ModelState, { kind: 'downloading' }>): string {
  if (state.bytesPerSecond === undefined) return 'Downloading';
  const rate = formatRate(state.bytesPerSecond);
  return state.secondsLeft === undefined ? rate : `${rate} · ${formatTimeLeft(state.secondsLeft)}`;
}

function waitingWords(state: Extract<ModelState, { kind: 'waiting' }>): string {
  switch (state.reason) {
    case 'preparing':
      return 'Getting ready';
    case 'other-owner':
      return 'Another tab is at it';
    case 'queued':
      return 'Waiting for its turn';
    case 'wifi':
      return 'Waiting for Wi-Fi';
    case 'space':
      return 'Waiting for space';
    case 'retrying': {
      const why = state.failure === undefined ? '' : `${describeFailure(state.failure).title} · `;
      return `${why}trying again`;
    }
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
