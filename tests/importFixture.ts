/** Small models whose headers state what a test wants, and a shelf in memory that takes them in. */
import { createShelf, type Shelf, type ShelfOptions } from '../lib/ai/createShelf';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import { createUnkeptSettings } from '../lib/db/unkeptSettings';
import { createMemoryPlatform, createMemoryWorld } from '../lib/platform/memory/memoryPlatform';
import type { MemoryPlatformOptions } from '../lib/platform/memory/memoryPlatform';
import { writeGguf, type GgufValue } from '../scripts/demoModel/gguf';
import { describeSpeakingModel } from '../scripts/demoModel/speakingModel';
import { ENDPOINT, MODEL, sha256 } from './modelFixture';

/** A model with these texts and numbers in its header; undefined takes a key away. */
export function modelWith(entries: Record<string, string | number | undefined>): Uint8Array {
  const { metadata, tensors } = describeSpeakingModel({ sentence: 'Hello there.' });
  const changed = new Map(metadata);
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined) changed.delete(key);
    else changed.set(key, entryOf(value));
  }
  return writeGguf({ metadata: changed, tensors });
}

function entryOf(value: string | number): GgufValue {
  return typeof value === 'string' ? { type: 'string', value } : { type: 'uint32', value };
}

/** A model that states everything about itself. */
export const STATED = modelWith({
  'general.name': 'Little Fox',
  'general.size_label': '135M',
  'general.file_type': 15,
  'general.license': 'apache-2.0',
});

/** A model of the registry whose file is `bytes`. */
export function registered(bytes: Uint8Array): LlmModelConfig {
  if (MODEL.ggufSource.kind !== 'remote') throw new Error('the fixture has a source');
  const source = { ...MODEL.ggufSource, sizeBytes: bytes.byteLength, sha256: sha256(bytes) };
  return { ...MODEL, ggufSource: source };
}

/** A process of its own over a world that outlives it. */
export async function openShelf(
  options: MemoryPlatformOptions & Pick<Partial<ShelfOptions>, 'models'> = {},
) {
  const { models = [MODEL], world = createMemoryWorld(), ...rest } = options;
  const platform = createMemoryPlatform({ world, hubEndpoint: ENDPOINT, ...rest });
  const shelf: Shelf = await createShelf({ platform, models, settings: createUnkeptSettings() });
  return { shelf, world, platform };
}
