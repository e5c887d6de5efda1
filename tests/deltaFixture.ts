/** Two versions of a small model, and everything that brings the newer one where the older one is. */
import { writeGguf, type GgufTensor, type GgufValue } from '../scripts/demoModel/gguf';
import { count, text } from '../scripts/demoModel/parts';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import type { InstalledFile } from '../lib/ai/modelState';
import { bringFiles } from '../lib/download/bringFiles';
import { blocksOf, formatIndex, nameOf } from '../lib/download/delta/fileIndex';
import { reuseInstalled, type Reuse } from '../lib/download/delta/reuseInstalled';
import { TRANSFER_SIZES, type TransferSizes } from '../lib/download/journal/sizes';
import { draftPlan, formatPlan, PLAN_NAME } from '../lib/download/plan/plan';
import { resolveSources } from '../lib/download/plan/resolveSources';
import { ggufPartLengths } from '../lib/platform/gguf/ggufCuts';
import type { Platform } from '../lib/platform/types';
import { COMMIT, ENDPOINT, MODEL, noise, sha256 } from './modelFixture';

/** The least that an index may have. */
export const BLOCK_BYTES = 64 * 1024;

export interface MadeVersion {
  template?: string;
  /** The seeds of tensors that differ from those of the first version, by their numbers. */
  changed?: Readonly<Record<number, string>>;
  /** The number of floats in each tensor. */
  floats?: number;
  tensors?: number;
}

/** A model that passes the check of its header. Its list of tokens is long enough to be a part of its own. */
export function madeVersion({
  template = 'first',
  changed = {},
  floats = 40_000,
  tensors = 6,
}: MadeVersion = {}): Uint8Array {
  const tokens = Array.from({ length: 8_000 }, (_, id) => `token${String(id)}`);
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', text('llama')],
    ['llama.context_length', count(64)],
    ['llama.embedding_length', count(32)],
    ['llama.block_count', count(1)],
    ['tokenizer.ggml.model', text('llama')],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', value: tokens }],
    ['tokenizer.chat_template', text(template)],
  ]);
  return writeGguf({
    metadata,
    tensors: Array.from({ length: tensors }, (_, at): GgufTensor => {
      const seed = changed[at] ?? `tensor ${String(at)}`;
      return {
        name: `t${String(at)}`,
        shape: [floats],
        type: 'F32',
        data: noise(floats * 4, seed),
      };
    }),
  });
}

export async function indexText(bytes: Uint8Array, blockBytes = BLOCK_BYTES): Promise<string> {
  const read = (at: number, length: number) => Promise.resolve(bytes.subarray(at, at + length));
  const parts = await ggufPartLengths(read, bytes.byteLength);
  const names = [...blocksOf(parts, blockBytes)].map(({ startBytes, endBytes }) =>
    nameOf(sha256(bytes.subarray(startBytes, endBytes))),
  );
  return formatIndex({ sizeBytes: bytes.byteLength, blockBytes, parts, names });
}

export const NEW_URL = `${ENDPOINT}/me/tiny/resolve/${COMMIT}/new.gguf`;
export const INDEX_URL = 'https://models.example/new.gguf.index.json';

/** The config of a version, with the index that its catalog states. */
export function versionConfig(bytes: Uint8Array, index?: string): LlmModelConfig {
  const encoded = new TextEncoder().encode(index);
  const stated = { url: INDEX_URL, sizeBytes: encoded.byteLength, sha256: sha256(encoded) };
  return {
    ...MODEL,
    ggufSource: {
      ...{ kind: 'remote', url: NEW_URL, sizeBytes: bytes.byteLength, sha256: sha256(bytes) },
      ...(index !== undefined && { index: stated }),
    },
  };
}

export function installedFile(bytes: Uint8Array): InstalledFile {
  return {
    ...{ fileName: 'tiny.gguf', role: 'weights', sizeBytes: bytes.byteLength },
    ...{ sha256: sha256(bytes), checkedAgainst: 'registry' },
  };
}

export const STAGING = '.staging/tiny';
export const NEW_PART = `${STAGING}/tiny.gguf.part`;

export interface UpdateOptions extends Partial<Reuse> {
  config: LlmModelConfig;
  installed: readonly InstalledFile[];
  sizes?: TransferSizes;
  signal?: AbortSignal;
  /** Whether the hub is asked for what the config doesn't state. */
  asksHub?: boolean;
}

export const updateTools = (platform: Platform, sizes = TRANSFER_SIZES) => ({
  ...platform,
  hubEndpoint: platform.environment.hubEndpoint,
  random: () => 0,
  connectionShare: (connections: number) => connections,
  sizes,
});

/** What a download of an update does; resolves with the bytes that weren't fetched, and what the manifest would state. */
export async function bringUpdate(
  platform: Platform,
  options: UpdateOptions,
): Promise<{ reusedBytes: number; files: readonly InstalledFile[] }> {
  const { config, installed, sizes, asksHub = false, ...more } = options;
  const { signal = new AbortController().signal } = options;
  const tools = updateTools(platform, sizes);
  const draft = draftPlan(config, 'llama.cpp', tools.hubEndpoint);
  const plan = asksHub ? await resolveSources(tools, draft, signal) : draft;
  const staging = STAGING;
  await platform.files.writeText(`${staging}/${PLAN_NAME}`, formatPlan(plan));
  const reuse = { config, plan, staging, folder: 'tiny', installed, ...more };
  const reusedBytes = await reuseInstalled(tools, reuse, signal);
  const nothing = () => undefined;
  const observer = { onReceived: nothing, onVerified: nothing, onRetry: nothing, onHeld: nothing };
  const { files } = await bringFiles(tools, { config, plan, staging, ...observer }, signal);
  return { reusedBytes, files };
}
