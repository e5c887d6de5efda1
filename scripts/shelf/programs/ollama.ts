/**
 * Ollama’s store: a manifest for each model names the blobs that it consists of, each by its SHA-256.
 * https://github.com/ollama/ollama/blob/main/docs/faq.mdx (“Where are models stored?”)
 */
import { join } from 'node:path';

import * as v from 'valibot';

import { fileAt, filesBelow, jsonAt, stated, type FoundFile, type Surroundings } from './found';

const WEIGHTS = 'application/vnd.ollama.image.model';
const USUAL_HOST = 'registry.ollama.ai';
const USUAL_OWNER = 'library';

const manifestSchema = v.object({
  layers: v.array(
    v.object({
      mediaType: v.string(),
      digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
    }),
  ),
});

export function ollamaFolders(surroundings: Surroundings): string[] {
  const { home, platform } = surroundings;
  const moved = stated(surroundings, 'OLLAMA_MODELS');
  if (moved !== undefined) return [moved];
  const own = join(home, '.ollama', 'models');
  // Of the service that its installer sets up.
  return platform === 'linux' ? [own, '/usr/share/ollama/.ollama/models'] : [own];
}

export async function filesOfOllama(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of await filesBelow(join(folder, 'manifests'))) {
    const parsed = v.safeParse(manifestSchema, await jsonAt(join(folder, 'manifests', path)));
    if (!parsed.success) continue;
    const weights = parsed.output.layers.filter(({ mediaType }) => mediaType === WEIGHTS);
    for (const [index, { digest }] of weights.entries()) {
      const sha256 = digest.slice('sha256:'.length);
      const blob = join(folder, 'blobs', `sha256-${sha256}`);
      const file = await fileAt(blob);
      if (file === undefined) continue;
      const name = index === 0 ? nameOf(path) : `${nameOf(path)}#${String(index + 1)}`;
      found.push({ name, path: blob, sizeBytes: file.sizeBytes, sha256, url: undefined });
    }
  }
  return found;
}

/** `registry.ollama.ai/library/llama3.2/1b` is listed as `llama3.2:1b`. */
function nameOf(path: string): string {
  const [host = '', owner = '', ...rest] = path.split('/');
  const tag = rest.pop() ?? '';
  const isUsual = host === USUAL_HOST;
  const shown =
    isUsual && owner === USUAL_OWNER ? rest : isUsual ? [owner, ...rest] : [host, owner, ...rest];
  return `${shown.join('/')}:${tag}`;
}
