/**
 * The cache of Hugging Face’s own tools, which newer llama.cpp uses, too. A file of a snapshot is a link to a blob that
 * is named by the file’s SHA-256. https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { basename, join } from 'node:path';

import {
  entriesOf,
  fileAt,
  filesBelow,
  isModelName,
  stated,
  type FoundFile,
  type Surroundings,
} from './found';

export function hubCacheFolders(surroundings: Surroundings): string[] {
  const { home } = surroundings;
  const own = stated(surroundings, 'HF_HUB_CACHE') ?? stated(surroundings, 'HUGGINGFACE_HUB_CACHE');
  if (own !== undefined) return [own];
  const cache = stated(surroundings, 'XDG_CACHE_HOME') ?? join(home, '.cache');
  return [join(stated(surroundings, 'HF_HOME') ?? join(cache, 'huggingface'), 'hub')];
}

export async function filesOfHubCache(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const entry of await entriesOf(folder)) {
    const [kind, owner, ...rest] = entry.split('--');
    const name = rest.join('--');
    if (kind !== 'models' || !owner || name === '') continue;
    found.push(...(await filesOfRepository(join(folder, entry), `${owner}/${name}`)));
  }
  return found;
}

async function filesOfRepository(folder: string, repository: string): Promise<FoundFile[]> {
  const byFile = new Map<string, FoundFile>();
  for (const commit of await entriesOf(join(folder, 'snapshots'))) {
    const snapshot = join(folder, 'snapshots', commit);
    for (const path of (await filesBelow(snapshot)).filter(isModelName)) {
      const file = await fileAt(join(snapshot, path));
      // Two commits mostly share a file.
      if (file === undefined || byFile.has(file.real)) continue;
      const blob = basename(file.real);
      const isPinned = /^[0-9a-f]{40}$/.test(commit);
      const address = path.split('/').map(encodeURIComponent).join('/');
      byFile.set(file.real, {
        name: nameOf(`${repository}/${path}`, commit, byFile),
        path: join(snapshot, path),
        sizeBytes: file.sizeBytes,
        // Where there are no links, the snapshot holds the file itself.
        sha256: /^[0-9a-f]{64}$/.test(blob) ? blob : undefined,
        url: isPinned
          ? `https://huggingface.co/${repository}/resolve/${commit}/${address}`
          : undefined,
      });
    }
  }
  return [...byFile.values()];
}

/** Another version of a file is named by its commit, too. */
function nameOf(name: string, commit: string, others: ReadonlyMap<string, FoundFile>): string {
  const isTaken = [...others.values()].some((other) => other.name === name);
  return isTaken ? `${name}@${commit.slice(0, 12)}` : name;
}
