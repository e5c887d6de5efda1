import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startHub } from '../hub/server';
import { CONTENT, MODEL_FILE, MODEL_ID, REPO, SENTENCE, sentBytes } from './exampleModel';
import { withExample } from './withExample';

it('brings the model, answers with it, and removes it', (context) =>
  withExample('node', context, async ({ folder, run }) => {
    const hub = await startHub({ repos: [REPO] });
    const environment = { HF_ENDPOINT: hub.endpoint };
    try {
      const said = await run(['index.mjs'], environment);
      const bytes = String(CONTENT.sizeBytes);
      expect(said).toContain(`MIT: ${bytes} of ${bytes} bytes to download\n`);
      expect(said).toMatch(/^downloading \d+$/m);
      expect(said).toMatch(/^installed/m);
      expect(said.trimEnd().split('\n').at(-1)).toBe(SENTENCE);
      expect(sentBytes(hub)).toBe(CONTENT.sizeBytes);
      const kept = await readFile(join(folder, 'models', MODEL_FILE));
      expect(createHash('sha256').update(kept).digest('hex')).toBe(CONTENT.digest('sha256'));

      await run(['index.mjs', 'remove'], environment);
      const left = await readdir(join(folder, 'models'), { recursive: true });
      expect(left.filter((path) => path.includes(MODEL_ID))).toEqual([]);
      expect(sentBytes(hub)).toBe(CONTENT.sizeBytes);
    } finally {
      await hub.close();
    }
  }));
