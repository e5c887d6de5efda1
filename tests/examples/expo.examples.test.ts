import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXPO_ENVIRONMENT } from '../../scripts/build/buildApp';
import { CONTENT, MODEL_FILE, SENTENCE, sentBytes } from './exampleModel';
import { onExpoPage } from './expoPage';
import { button, keptFiles } from './page';
import { withExample } from './withExample';

const HERMES_MAGIC = Buffer.from('c61fbc03c103191f', 'hex');

const PLATFORMS = ['web', 'ios', 'android'].flatMap((name) => ['--platform', name]);

it('is bundled for iOS and Android with the engine, and speaks on a page', (context) =>
  withExample('expo', context, async ({ folder, run }) => {
    const tool = 'node_modules/expo/bin/cli';
    await run([tool, 'export', ...PLATFORMS, '--output-dir', 'dist'], EXPO_ENVIRONMENT);
    const dist = join(folder, 'dist');
    for (const system of ['ios', 'android']) {
      const place = join(dist, '_expo', 'static', 'js', system);
      const [name = ''] = await readdir(place);
      const code = await readFile(join(place, name));
      expect(code.subarray(0, HERMES_MAGIC.length)).toEqual(HERMES_MAGIC);
      // Of the adapter for phones, of the engine, and of the engine that isn't installed.
      expect(code.includes('llamaInitContext')).toBe(true);
      expect(code.includes('createLLMRunner')).toBe(false);
      expect(code.includes('createSyncAccessHandle')).toBe(false);
    }
    await onExpoPage(dist, async (page, hub) => {
      await button(page, /^Download speaker \(absent/).click();
      await button(page, 'Who are you?').click();
      await page.getByText(SENTENCE).waitFor();
      expect(sentBytes(hub)).toBe(CONTENT.sizeBytes);
      await button(page, 'Remove').click();
      await button(page, /^Download speaker \(absent/).waitFor();
      expect(await keptFiles(page)).not.toContain(MODEL_FILE);
    });
  }));
