/** The models that tests of crashes, disks and processes bring, and how finely. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { TransferSizes } from '../../lib/download/journal/sizes';
import { noiseContent } from '../hub/content';
import type { HubRepo } from '../hub/repos';
import { COMMIT, MODEL } from '../modelFixture';

const KIBIBYTE = 1024;
const REPO = 'trust/models';

/** A few hundred kilobytes are divided as finely as gigabytes are elsewhere. */
export const FINE: TransferSizes = {
  firstPieceBytes: 32 * KIBIBYTE,
  largestPieceBytes: 64 * KIBIBYTE,
  smallestPieceBytes: 16 * KIBIBYTE,
  unwrittenBytes: 16 * KIBIBYTE,
  blockBytes: 32 * KIBIBYTE,
};
export const BLOCK_BYTES = FINE.blockBytes;

const FILES = {
  tiny: noiseContent('tiny', 320 * KIBIBYTE),
  other: noiseContent('other', 100 * KIBIBYTE),
  /** For whole processes, which divide files as they do at home. */
  large: noiseContent('large', 24 * KIBIBYTE * KIBIBYTE),
};

export type Name = keyof typeof FILES;
export const NAMES: readonly Name[] = ['tiny', 'other', 'large'];
export const sizeOf = (name: Name) => FILES[name].sizeBytes;
export const sha256Of = (name: Name) => FILES[name].digest('sha256');
export const bytesOf = (name: Name) => Buffer.from(FILES[name].read(0, sizeOf(name)));

export const DISK_REPO: HubRepo = {
  name: REPO,
  commit: COMMIT,
  files: Object.fromEntries(
    Object.entries(FILES).map(([name, content]) => [`${name}.gguf`, { content, lfs: true }]),
  ),
};

export function configAt(endpoint: string, name: Name): LlmModelConfig {
  return {
    ...MODEL,
    modelId: name,
    displayName: name,
    folderName: name,
    ggufFileName: `${name}.gguf`,
    ggufSource: {
      kind: 'remote',
      url: `${endpoint}/${REPO}/resolve/${COMMIT}/${name}.gguf`,
      sizeBytes: sizeOf(name),
      sha256: sha256Of(name),
    },
  };
}
