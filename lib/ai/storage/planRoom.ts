/** Chooses what to delete so that the device has more room, and says why each. Pure: nothing is deleted here. */
import { STORE } from '../../platform/shared/homes';
import type { ModelState } from '../modelState';
import type { StoredItem } from './accountStorage';

/** Why something is offered: see the order of `planRoom`. */
export type RoomReason = 'earlier' | 'removed' | 'leftover' | 'untouched' | 'unused';

export interface RoomChoice {
  item: StoredItem;
  reason: RoomReason;
  /** Since when, in milliseconds since 1970: kept, paused, used last or installed; undefined where that isn't known. */
  since: number | undefined;
  /** Whether it can be taken back: a model is removed first, and its bytes are deleted afterwards. */
  canComeBack: boolean;
}

export interface RoomPlan {
  /** All that could be deleted, in the order in which it is chosen. */
  offered: readonly RoomChoice[];
  /** The paths of those that are chosen at first. */
  chosen: readonly string[];
  /** Whether what is chosen is enough. */
  isEnough: boolean;
}

export interface RoomQuestion {
  items: readonly StoredItem[];
  states: Readonly<Record<string, ModelState>>;
  wantedBytes: number;
  /** Models that must not be offered: the selected one, favourites, and those that are held at their version. */
  keptIds: ReadonlySet<string>;
  nowMs: number;
}

/** A download that a person paused longer ago than that isn't missed. */
const UNTOUCHED_MS = 7 * 24 * 60 * 60 * 1000;

const ORDER: readonly RoomReason[] = ['leftover', 'earlier', 'removed', 'untouched', 'unused'];

/**
 * In this order: what nobody can use any more, earlier versions, removed models, downloads paused long ago, and the models
 * that were used least recently. Files of unknown use are never offered: a person has to look at them.
 */
export function planRoom(question: RoomQuestion): RoomPlan {
  const offered = question.items
    .flatMap((item) => choiceOf(question, item) ?? [])
    .sort(
      (one, other) =>
        ORDER.indexOf(one.reason) - ORDER.indexOf(other.reason) ||
        (one.since ?? 0) - (other.since ?? 0),
    );
  const chosen: string[] = [];
  let bytes = 0;
  for (const { item } of offered) {
    if (bytes >= question.wantedBytes) break;
    if (item.freedBytes === 0) continue;
    bytes += item.freedBytes;
    chosen.push(item.path);
  }
  const needed = withoutNeedless(offered, chosen, question.wantedBytes);
  return { offered, chosen: needed, isEnough: bytes >= question.wantedBytes };
}

/** A large one that was chosen last can make smaller ones before it needless: those stay then, models before all else. */
function withoutNeedless(
  offered: readonly RoomChoice[],
  chosen: readonly string[],
  wantedBytes: number,
): string[] {
  let left = offered.filter(({ item }) => chosen.includes(item.path));
  for (const choice of [...left].reverse()) {
    const others = left.filter((each) => each !== choice);
    const bytes = others.reduce((sum, { item }) => sum + item.freedBytes, 0);
    if (bytes >= wantedBytes) left = others;
  }
  return left.map(({ item }) => item.path);
}

function choiceOf(question: RoomQuestion, item: StoredItem): RoomChoice | undefined {
  // What lies on another volume makes no room on this device.
  if (item.place !== STORE) return undefined;
  switch (item.kind) {
    case 'earlier':
    case 'removed':
    case 'leftover':
      return { item, reason: item.kind, since: item.since, canComeBack: false };
    case 'download':
      return untouched(question, item);
    case 'model':
      return unused(question, item);
    case 'update':
    case 'move':
    case 'import':
    case 'record':
    case 'unknown':
      return undefined;
  }
}

function untouched({ states, nowMs }: RoomQuestion, item: StoredItem): RoomChoice | undefined {
  const state = states[item.modelId ?? ''];
  const since = state?.kind === 'paused' ? state.pausedAt : undefined;
  if (since === undefined || nowMs - since < UNTOUCHED_MS) return undefined;
  return { item, reason: 'untouched', since, canComeBack: false };
}

function unused({ states, keptIds }: RoomQuestion, item: StoredItem): RoomChoice | undefined {
  const { modelId = '' } = item;
  const state = states[modelId];
  if (keptIds.has(modelId) || (state?.kind !== 'installed' && state?.kind !== 'differs'))
    return undefined;
  return { item, reason: 'unused', since: item.since ?? state.installedAt, canComeBack: true };
}
