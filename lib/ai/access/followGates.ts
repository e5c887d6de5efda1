/**
 * Continues downloads that the hub refused for want of access, once access was given: after a sign-in, when the person
 * comes back to the app, and else by asking from time to time, ever more rarely and not for ever.
 */
import { isModelError } from '../../errors';
import type { Platform } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import type { ModelState } from '../modelState';
import { createObservable, type Observable } from '../observable';
import type { Registry } from '../registry/registry';
import type { Access } from './access';
import { askGate, checkGate, repositoryOf, type Gate, type GateTools } from './gates';

/** The pauses between questions; the last one is repeated. */
const PAUSES_MS = [10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 120_000];
/** Somewhat less than two hours. An owner who decides by hand may take days: then the next start asks. */
const MOST_QUESTIONS = 60;
/** A person who switches between two windows comes back every second. */
const SOONEST_MS = 5_000;

export interface GateFollower {
  /** The gates of the models whose download was refused, by model id, as far as the hub has told. */
  getSnapshot(): ReadonlyMap<string, Gate>;
  subscribe(listener: () => void): () => void;
  close(): void;
}

export interface FollowGatesParts {
  access: Pick<Access, 'check' | 'getSnapshot' | 'subscribe'>;
  manager: Pick<ModelManager, 'ensureModelPresent' | 'getSnapshot' | 'runtimeOf' | 'subscribe'>;
  registry: Pick<Registry, 'find'>;
  platform: Pick<Platform, 'clock' | 'downloader' | 'environment' | 'host'>;
}

interface Refused {
  config: LlmModelConfig;
  repo: string;
  questions: number;
  askedAtMs: number;
  callOff: () => void;
  isAsking: boolean;
}

interface Follower {
  readonly parts: FollowGatesParts;
  readonly tools: GateTools;
  readonly refused: Map<string, Refused>;
  readonly gates: Observable<ReadonlyMap<string, Gate>>;
  readonly closing: AbortController;
  isHidden: boolean;
  isSignedIn: boolean;
}

export function followGates(parts: FollowGatesParts): GateFollower {
  const { access, manager, platform } = parts;
  const follower: Follower = {
    parts,
    tools: { ...platform, hubEndpoint: platform.environment.hubEndpoint },
    refused: new Map(),
    gates: createObservable<ReadonlyMap<string, Gate>>(new Map()),
    closing: new AbortController(),
    ...{ isHidden: false, isSignedIn: false },
  };
  const stops = [
    manager.subscribe(() => {
      look(follower);
    }),
    access.subscribe(() => {
      followAccess(follower);
    }),
    platform.host.subscribe((event) => {
      if (event === 'hidden' || event === 'shown') followSight(follower, event === 'hidden');
    }),
  ];
  followAccess(follower);
  look(follower);
  const { gates, closing } = follower;
  return {
    getSnapshot: gates.get,
    subscribe: gates.subscribe,
    close() {
      closing.abort();
      for (const stop of stops) stop();
      rest(follower);
    },
  };
}

function look(follower: Follower): void {
  const { parts, refused } = follower;
  for (const [modelId, state] of Object.entries(parts.manager.getSnapshot().states)) {
    const isKnown = refused.has(modelId);
    if (wantsAccess(state) && !isKnown) begin(follower, modelId);
    // While it is tried again it may be refused again: the questions so far still count.
    else if (isKnown && (state.kind === 'installed' || state.kind === 'absent')) {
      end(follower, modelId);
    }
  }
}

function begin(follower: Follower, modelId: string): void {
  const { parts, tools, refused, gates, closing } = follower;
  const config = parts.registry.find(modelId);
  const runtime = config && parts.manager.runtimeOf(config);
  const repo = config && runtime && repositoryOf(config, runtime, tools.hubEndpoint);
  if (!config || repo === undefined) return;
  const nothing = () => undefined;
  const entry = { config, repo, questions: 0, askedAtMs: -Infinity };
  refused.set(modelId, { ...entry, callOff: nothing, isAsking: false });
  // Without its answer the card says less, and nothing else is missing.
  askGate(tools, repo, closing.signal)
    .then((gate) => {
      if (refused.has(modelId)) gates.set(new Map(gates.get()).set(modelId, gate));
    })
    .catch(() => undefined);
  plan(follower, modelId);
}

function end({ refused, gates }: Follower, modelId: string): void {
  refused.get(modelId)?.callOff();
  refused.delete(modelId);
  if (!gates.get().has(modelId)) return;
  gates.set(new Map([...gates.get()].filter(([id]) => id !== modelId)));
}

function plan(follower: Follower, modelId: string): void {
  const { parts, refused, isSignedIn, isHidden } = follower;
  const entry = refused.get(modelId);
  if (!entry || !isSignedIn || isHidden || entry.questions >= MOST_QUESTIONS) return;
  entry.callOff();
  const pauseMs = PAUSES_MS[Math.min(entry.questions, PAUSES_MS.length - 1)] ?? 0;
  entry.callOff = parts.platform.clock.after(pauseMs, () => void ask(follower, modelId));
}

const isWaiting = ({ parts }: Follower, modelId: string) =>
  wantsAccess(parts.manager.getSnapshot().states[modelId]);

async function ask(follower: Follower, modelId: string): Promise<void> {
  const { parts, refused, isSignedIn, closing } = follower;
  const entry = refused.get(modelId);
  if (!entry || entry.isAsking || !isSignedIn || closing.signal.aborted) return;
  if (!isWaiting(follower, modelId)) return;
  entry.callOff();
  entry.isAsking = true;
  entry.questions += 1;
  entry.askedAtMs = parts.platform.clock.monotonicMs();
  try {
    await askOnce(follower, entry);
  } catch (error) {
    // Out of reach for now: the next question is planned like any other.
    if (!isModelError(error)) return;
  } finally {
    entry.isAsking = false;
  }
  plan(follower, modelId);
}

async function askOnce(follower: Follower, entry: Refused): Promise<void> {
  const { access, manager } = follower.parts;
  const answer = await checkGate(follower.tools, entry.repo, follower.closing.signal);
  if (answer === 'unknown') entry.questions = MOST_QUESTIONS;
  // The first refusal may be the token's fault, which looks the same.
  if (answer === 'closed' && entry.questions === 1) await access.check();
  if (answer === 'open' && isWaiting(follower, entry.config.modelId)) {
    // Its state shows how it ends.
    manager.ensureModelPresent(entry.config).catch(() => undefined);
  }
}

/** The person has come back, or has signed in: something may have changed. */
function askAll(follower: Follower): void {
  const { parts, refused } = follower;
  for (const [modelId, entry] of refused) {
    if (parts.platform.clock.monotonicMs() - entry.askedAtMs < SOONEST_MS) continue;
    entry.questions = 0;
    void ask(follower, modelId);
  }
}

function rest({ refused }: Follower): void {
  for (const { callOff } of refused.values()) callOff();
}

function followAccess(follower: Follower): void {
  const wasSignedIn = follower.isSignedIn;
  follower.isSignedIn = follower.parts.access.getSnapshot().state.kind === 'signed-in';
  if (!follower.isSignedIn) rest(follower);
  else if (!wasSignedIn) {
    for (const entry of follower.refused.values()) entry.askedAtMs = -Infinity;
    askAll(follower);
  }
}

function followSight(follower: Follower, isHidden: boolean): void {
  follower.isHidden = isHidden;
  if (isHidden) {
    rest(follower);
    return;
  }
  askAll(follower);
  for (const modelId of follower.refused.keys()) plan(follower, modelId);
}

function wantsAccess(state: ModelState | undefined): boolean {
  if (state?.kind !== 'failed') return false;
  return state.failure.code === 'HTTP_GATED' || state.failure.code === 'HTTP_DENIED';
}
