/** Repositories of the hub as the core reads them, and a hub that answers from memory. */
import type { Repository, RepositoryFile } from '../lib/ai/discover/askRepository';
import { createRequestBudget } from '../lib/ai/discover/requestBudget';
import type { SmallFileTools } from '../lib/ai/discover/smallFile';
import { createManualClock, type ManualClock } from '../lib/platform/memory/manualClock';
import {
  createMemoryPlatform,
  createMemoryWorld,
  type MemoryWorld,
} from '../lib/platform/memory/memoryPlatform';
import type { TextAnswer, TextRequest } from '../lib/platform/types';

export const HUB = 'https://huggingface.co';
export const COMMIT = 'c'.repeat(40);

/** A repository with these files, each with its bytes. */
export function repositoryWith(
  sizes: Readonly<Record<string, number>>,
  facts: Partial<Repository> = {},
): Repository {
  const files = Object.entries(sizes).map(([path, sizeBytes]): RepositoryFile => {
    const sha256 = 'a'.repeat(64);
    return { path, sizeBytes, sha256, gitSha1: 'b'.repeat(40) };
  });
  return {
    ...{ name: 'org/Model-GGUF', publisher: 'org', commit: COMMIT, files },
    ...{ downloads: 7, likes: 1, updatedMs: Date.UTC(2026, 0, 2), gate: 'none', isGated: false },
    ...{
      license: 'apache-2.0',
      hasOwnTerms: false,
      licenseLink: undefined,
      licensePath: undefined,
      gateFields: [],
    },
    ...{ pipeline: 'text-generation', parameters: undefined, contextTokens: undefined },
    ...{ architecture: undefined, baseModels: [], languages: [], abilities: [] },
    ...facts,
  };
}

export interface HubInMemory {
  tools: SmallFileTools;
  world: MemoryWorld;
  clock: ManualClock;
  /** The addresses that were asked, without the hub's own. */
  asked: string[];
}

export type AnswerText = (request: TextRequest) => TextAnswer | Promise<TextAnswer>;

export function hubInMemory(answer: AnswerText): HubInMemory {
  const clock = createManualClock();
  const world = createMemoryWorld();
  const asked: string[] = [];
  world.web.answerText = (request) => {
    asked.push(request.url.replace(HUB, ''));
    return answer(request);
  };
  const tools: SmallFileTools = {
    ...createMemoryPlatform({ world, clock }),
    ...{ random: () => 0, hubEndpoint: HUB, onRetry: () => undefined },
    ...{ budget: createRequestBudget(clock), waitsForQuota: false },
  };
  return { tools, world, clock, asked };
}

export function json(value: unknown, headers: Record<string, string> = {}): TextAnswer {
  const type = { 'content-type': 'application/json' };
  return { status: 200, text: JSON.stringify(value), headers: { ...type, ...headers } };
}

export function refusal(status: number, headers: Record<string, string> = {}): TextAnswer {
  return { status, text: '{}', headers };
}
