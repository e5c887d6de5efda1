/** A split model that a person has as files: taken in, loaded and asked, with the real engine. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { createShelf } from '../../lib/ai/createShelf';
import { installedPaths } from '../../lib/ai/registry/modelFiles';
import { createUnkeptSettings } from '../../lib/db/unkeptSettings';
import { createNodePlatform } from '../../lib/platform/node/nodePlatform';
import { compiledEngine } from '../command';
import { SPOKEN_SENTENCE } from '../conformance/spokenSentence';
import { splitModels } from '../conformance/splitModels';
import { llamaCppOf } from '../llmFixture';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'modelshelf-imported-split-'));
});
afterEach(() => rm(base, { recursive: true }));

it('speaks', async () => {
  const { whole } = splitModels();
  await mkdir(join(base, 'mine'));
  for (const { fileName, bytes } of whole) await writeFile(join(base, 'mine', fileName), bytes);
  const platform = createNodePlatform({
    ...{ modelsFolder: join(base, 'models'), runtime: 'llama.cpp', token: undefined },
    ...{ hubEndpoint: 'http://127.0.0.1:9', catalogText: undefined },
    engineProgram: compiledEngine(),
  });
  const shelf = await createShelf({ platform, models: [], settings: createUnkeptSettings() });
  const { config } = await shelf.importFile(join(base, 'mine', whole[1]?.fileName ?? ''));
  const paths = installedPaths(config, 'llama.cpp');
  expect(paths.moreWeightsPaths).toHaveLength(2);
  const model = await llamaCppOf(platform).load({ ...paths, contextTokens: 512 });
  let text = '';
  await model.generate(
    {
      messages: [{ role: 'user', content: 'Hi' }],
      ...{ maxTokens: 100, temperature: 0.7, topP: 0.95, thinking: false },
    },
    (piece) => {
      text += piece;
    },
    new AbortController().signal,
  );
  expect(text).toBe(SPOKEN_SENTENCE);
  await model.unload();
  await shelf.close();
}, 60_000);
