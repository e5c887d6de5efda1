/**
 * Continues downloads that the hub refused for want of access, once access was given: after a sign-in, when the person
 * comes back to the app, and else by asking from time to time, ever more rarely and not for ever.
 */
import { isModelError } from '../../errors';
import type { Platform } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import type { ModelState } from '../modelState';
import { createObservable } from '../observable';
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

export function followGates({
  access,
  manager,
  registry,
  platform,
}: FollowGatesParts): GateFollower {
  const { clock, environment, host } = platform;
  const { hubEndpoint } = environment;
  const tools: GateTools = { ...platform, hubEndpoint };
  const gates = createObservable<ReadonlyMap<string, Gate>>(new Map());
  const refused = new Map<string, Refused>();
  const closing = new AbortController();
  let isHidden = false;
  let isSignedIn = false;

  const stateOf = (modelId: string) => manager.getSnapshot().states[modelId];

  function look(): void {
    const { states } = manager.getSnapshot();
    for (const [modelId, state] of Object.entries(states)) {
      const isKnown = refused.has(modelId);
      if (wantsAccess(state) && !isKnown) begin(modelId);
      // While it is tried again it may be refused again: the questions so far still count.
      else if (isKnown && (state.kind === 'installed' || state.kind === 'absent')) end(modelId);
    }
  }

  function begin(modelId: string): void {
    const config = registry.find(modelId);
    const repo = config && repositoryOf(config, manager.runtimeOf(config), hubEndpoint);
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
    plan(modelId);
  }

  function end(modelId: string): void {
    refused.get(modelId)?.callOff();
    refused.delete(modelId);
    if (!gates.get().has(modelId)) return;
    gates.set(new Map([...gates.get()].filter(([id]) => id !== modelId)));
  }

  function plan(modelId: string): void {
    const entry = refused.get(modelId);
    if (!entry || !isSignedIn || isHidden || entry.questions >= MOST_QUESTIONS) return;
    entry.callOff();
    const pauseMs = PAUSES_MS[Math.min(entry.questions, PAUSES_MS.length - 1)] ?? 0;
    entry.callOff = clock.after(pauseMs, () => void ask(modelId));
  }

  async function ask(modelId: string): Promise<void> {
    const entry = refused.get(modelId);
    const isWaiting = entry !== undefined && wantsAccess(stateOf(modelId));
    if (!isWaiting || !isSignedIn || entry.isAsking || closing.signal.aborted) return;
    entry.callOff();
    entry.isAsking = true;
    entry.questions += 1;
    entry.askedAtMs = clock.monotonicMs();
    try {
      const answer = await checkGate(tools, entry.repo, closing.signal);
      if (answer === 'unknown') entry.questions = MOST_QUESTIONS;
      // The first refusal may be the token's fault, which looks the same.
      if (answer === 'closed' && entry.questions === 1) await access.check();
      if (answer === 'open' && wantsAccess(stateOf(modelId))) {
        // Its state shows how it ends.
        manager.ensureModelPresent(entry.config).catch(() => undefined);
      }
    } catch (error) {
      // Out of reach for now: the next question is planned like any other.
      if (!isModelError(error)) return;
    } finally {
      entry.isAsking = false;
    }
    plan(modelId);
  }

  /** The person has come back, or has signed in: something may have changed. */
  function askAll(): void {
    for (const [modelId, entry] of refused) {
      if (clock.monotonicMs() - entry.askedAtMs < SOONEST_MS) continue;
      entry.questions = 0;
      void ask(modelId);
    }
  }

  function followAccess(): void {
    const wasSignedIn = isSignedIn;
    isSignedIn = access.getSnapshot().state.kind === 'signed-in';
    if (isSignedIn && !wasSignedIn) {
      for (const entry of refused.values()) entry.askedAtMs = -Infinity;
      askAll();
    }
    if (!isSignedIn) for (const { callOff } of refused.values()) callOff();
  }

  const stops = [
    manager.subscribe(look),
    access.subscribe(followAccess),
    host.subscribe((event) => {
      if (event === 'hidden') {
        isHidden = true;
        for (const { callOff } of refused.values()) callOff();
      }
      if (event !== 'shown') return;
      isHidden = false;
      askAll();
      for (const modelId of refused.keys()) plan(modelId);
    }),
  ];
  followAccess();
  look();

  return {
    getSnapshot: gates.get,
    subscribe: gates.subscribe,
    close() {
      closing.abort();
      for (const stop of stops) stop();
      for (const { callOff } of refused.values()) callOff();
    },
  };
}

function wantsAccess(state: ModelState | undefined): boolean {
  if (state?.kind !== 'failed') return false;
  return state.failure.code === 'HTTP_GATED' || state.failure.code === 'HTTP_DENIED';
}
