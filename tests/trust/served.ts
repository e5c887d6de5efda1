/** What the hub holds in the trust suites, and the models that are made of it. */
import type { LlmModelConfig, ModelSource } from '../../lib/ai/modelConfig';
import { bytesContent, noiseContent } from '../hub/content';
import { commitFor, type HubRepo } from '../hub/repos';
import { startHub, type Hub } from '../hub/server';
import { MODEL } from '../modelFixture';

/** Looked for wherever it must not be. */
export const TOKEN = 'hf_canaryCANARYcanary0123456789';

export const WEIGHTS = noiseContent('trust', 600_000);
const LARGE = noiseContent('trust, large', 4_000_000);
export const SIZE = WEIGHTS.sizeBytes;

export const REPO: HubRepo = {
  name: 'owner/tiny',
  commit: commitFor('trust'),
  tags: { v1: commitFor('trust') },
  files: {
    'tiny.gguf': { content: WEIGHTS, lfs: true },
    // In git, which the hub serves from its own origin.
    'git.gguf': { content: WEIGHTS, lfs: false },
    'large.gguf': { content: LARGE, lfs: true },
    'tiny.pte': { content: noiseContent('trust, compiled', 300_000), lfs: true },
    'tokenizer.json': { content: bytesContent('{"tokens": []}'.padEnd(5000)), lfs: false },
    'tokenizer_config.json': { content: bytesContent(''), lfs: false },
  },
};

export const GATED: HubRepo = { ...REPO, name: 'owner/gated', gated: 'manual' };
/** Whose licence this token's owner hasn't accepted. */
export const CLOSED: HubRepo = { ...REPO, name: 'owner/closed', gated: 'manual' };

export function startTrustHub(): Promise<Hub> {
  return startHub({ repos: [REPO, GATED, CLOSED], tokens: { [TOKEN]: [GATED.name] } });
}

/** One file, its size and digest stated. */
export function pinned(hub: Hub, modelId = 'tiny'): LlmModelConfig {
  const ggufSource: ModelSource = {
    kind: 'remote',
    url: addressOf(hub, 'tiny.gguf', { revision: REPO.commit }),
    sizeBytes: SIZE,
    sha256: WEIGHTS.digest('sha256'),
  };
  return { ...MODEL, modelId, folderName: modelId, ggufSource };
}

/** One that takes more than a few reads. */
export function large(hub: Hub): LlmModelConfig {
  const ggufSource: ModelSource = {
    kind: 'remote',
    url: addressOf(hub, 'large.gguf', { revision: REPO.commit }),
    sizeBytes: LARGE.sizeBytes,
    sha256: LARGE.digest('sha256'),
  };
  return { ...MODEL, ggufSource };
}

/** Three files at a tag, about which only the hub says anything. The last has no bytes. */
export function tagged(hub: Hub, repo = REPO.name): LlmModelConfig {
  const source = (path: string): ModelSource => ({
    kind: 'remote',
    url: addressOf(hub, path, { repo, revision: 'v1' }),
  });
  return {
    ...MODEL,
    pteSource: source('tiny.pte'),
    tokenizerSource: source('tokenizer.json'),
    tokenizerConfigSource: source('tokenizer_config.json'),
  };
}

export function addressOf(
  { endpoint }: Pick<Hub, 'endpoint'>,
  path: string,
  { repo = REPO.name, revision = 'main' }: { repo?: string; revision?: string } = {},
): string {
  return `${endpoint}/${repo}/resolve/${revision}/${path}`;
}

/** The model with another address, its size and digest as they were. */
export function at(config: LlmModelConfig, url: string): LlmModelConfig {
  const { ggufSource } = config;
  if (ggufSource.kind !== 'remote') throw new Error('not a remote model');
  return { ...config, ggufSource: { ...ggufSource, url } };
}
