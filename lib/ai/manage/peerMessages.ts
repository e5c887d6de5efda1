/** The messages between tabs about models, and their validation: any script on this origin can send messages. */
import * as v from 'valibot';

import type { ModelState } from '../modelState';

export type PeerMessage =
  /** The tab that does the work reports its progress. */
  | { kind: 'progress'; modelId: string; state: ModelState }
  /** The model's files on the disk have changed. */
  | { kind: 'changed'; modelId: string }
  /** Asks the tab that transfers this model to stop. */
  | { kind: 'pause'; modelId: string }
  /** A tab has just started and asks the others for their progress. */
  | { kind: 'hello' };

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const maybeNumber = v.optional(v.number());
const modelId = v.pipe(v.string(), v.maxLength(64));
const transfer = { receivedBytes: bytes, totalBytes: v.optional(bytes) };

const stateSchema = v.variant('kind', [
  v.object({
    kind: v.literal('waiting'),
    reason: v.picklist(['preparing', 'other-owner', 'queued', 'retrying', 'wifi', 'space']),
    // The failure isn't sent: the tab in which it happened shows it.
    ...transfer,
  }),
  v.object({
    kind: v.literal('downloading'),
    bytesPerSecond: maybeNumber,
    secondsLeft: maybeNumber,
    ...transfer,
  }),
  v.object({ kind: v.literal('verifying'), verifiedBytes: bytes, totalBytes: bytes }),
]);

const messageSchema = v.variant('kind', [
  v.object({ kind: v.literal('progress'), modelId, state: stateSchema }),
  v.object({ kind: v.literal('changed'), modelId }),
  v.object({ kind: v.literal('pause'), modelId }),
  v.object({ kind: v.literal('hello') }),
]);

/** The message, or undefined for any value that isn't a valid one. */
export function parsePeerMessage(message: unknown): PeerMessage | undefined {
  const parsed = v.safeParse(messageSchema, message);
  if (!parsed.success) return undefined;
  if (parsed.output.kind !== 'progress') return parsed.output;
  return { ...parsed.output, state: toState(parsed.output.state) };
}

function toState(state: v.InferOutput<typeof stateSchema>): ModelState {
  switch (state.kind) {
    case 'verifying':
      return state;
    case 'downloading':
      return {
        ...state,
        totalBytes: state.totalBytes,
        bytesPerSecond: state.bytesPerSecond,
        secondsLeft: state.secondsLeft,
      };
    case 'waiting':
      return { ...state, totalBytes: state.totalBytes };
  }
}
