/** Programs that keep models as plain files: LM Studio by publisher and repository, older llama.cpp in one folder. */
import { join } from 'node:path';

import {
  fileAt,
  filesBelow,
  isModelName,
  stated,
  type FoundFile,
  type Surroundings,
} from './found';

/** https://lmstudio.ai/docs/app/advanced/import-model; the second is that of versions before 0.3.6. */
export function lmStudioFolders({ home }: Surroundings): string[] {
  return [join(home, '.lmstudio', 'models'), join(home, '.cache', 'lm-studio', 'models')];
}

/** https://github.com/ggml-org/llama.cpp/blob/master/common/common.cpp (`fs_get_cache_directory`) */
export function llamaCacheFolders(surroundings: Surroundings): string[] {
  const { home, platform } = surroundings;
  const moved = stated(surroundings, 'LLAMA_CACHE');
  if (moved !== undefined) return [moved];
  if (platform === 'darwin') return [join(home, 'Library', 'Caches', 'llama.cpp')];
  const isWindows = platform === 'win32';
  const cache =
    stated(surroundings, isWindows ? 'LOCALAPPDATA' : 'XDG_CACHE_HOME') ??
    join(home, isWindows ? 'AppData/Local' : '.cache');
  return [join(cache, 'llama.cpp')];
}

/** Each is named by its path. Neither program records digests. */
export async function filesOfFolder(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const name of (await filesBelow(folder)).filter(isModelName)) {
    const path = join(folder, name);
    const file = await fileAt(path);
    if (file === undefined) continue;
    found.push({ name, path, sizeBytes: file.sizeBytes, sha256: undefined, url: undefined });
  }
  return found;
}
