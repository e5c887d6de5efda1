/** A small repository with a file of every kind, for the hub's own tests. */
import { bytesContent, noiseContent, wholeOf } from './content';
import { commitFor } from './repos';
import type { HubRepo } from './repos';
import { startHub } from './server';
import type { Hub, HubOptions } from './server';

export const WEIGHTS = noiseContent('weights', 200_000);
export const CONFIG = bytesContent('{"model_type":"sample"}\n');

export const REPO: HubRepo = {
  name: 'owner/sample',
  legacyName: 'sample-old',
  commit: commitFor('sample'),
  tags: { 'v0.10.0': commitFor('sample, earlier'), 'refs/pr/1': commitFor('sample') },
  olderCommits: {
    [commitFor('sample, earlier')]: { 'config.json': { lfs: false, content: bytesContent('{}') } },
  },
  files: {
    'config.json': { lfs: false, content: CONFIG },
    'deep/folder/weights.bin': { lfs: true, content: WEIGHTS },
    'deep/naïve name.txt': { lfs: false, content: bytesContent('text') },
    'empty.bin': { lfs: true, content: bytesContent('') },
  },
};

export const GATED: HubRepo = { ...REPO, name: 'owner/gated', legacyName: '', gated: 'manual' };
export const DISABLED: HubRepo = { ...REPO, name: 'owner/off', legacyName: '', disabled: true };

export function startSampleHub(options: Partial<HubOptions> = {}): Promise<Hub> {
  const tokens = { reader: [], granted: [GATED.name] };
  return startHub({ repos: [REPO, GATED, DISABLED], tokens, ...options });
}

export function addressOf({ endpoint }: Hub, path: string, revision = 'main'): string {
  return `${endpoint}/${REPO.name}/resolve/${revision}/${path}`;
}

export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

export const weightsBytes = (): Buffer => Buffer.from(wholeOf(WEIGHTS));
