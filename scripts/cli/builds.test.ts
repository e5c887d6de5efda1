import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { commandScene, speakers } from '../../tests/commandScene';

const MODEL_ID = 'local-small';
const PHONE_FILES = 'software-mansion/react-native-executorch-qwen-3';
const scene = commandScene();

async function writeCatalog(): Promise<string> {
  const { models } = speakers.catalog(scene.hub.endpoint);
  const at = (path: string) =>
    ({ kind: 'remote', url: `${scene.hub.endpoint}/${PHONE_FILES}/resolve/main/${path}` }) as const;
  const both = models.map((model): LlmModelConfig => ({
    ...model,
    pteSource: at('0_6b/xnnpack/qwen_3_0_6b_xnnpack_8da4w.pte'),
    tokenizerSource: at('tokenizer.json'),
    tokenizerConfigSource: at('tokenizer_config.json'),
  }));
  const place = join(scene.folder, 'both.json');
  await writeFile(place, JSON.stringify({ version: 1, models: both }));
  return place;
}

it('keeps the build for phones and the one for computers side by side, each with its own end', async () => {
  const catalog = await writeCatalog();
  const run = (runtime: string, ...args: string[]) =>
    scene.run(['--catalog', catalog, '--runtime', runtime, ...args]);
  const listed = async (runtime: string) => {
    const { out } = await run(runtime, '--list', '--json');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { modelId?: string; state?: unknown });
    return lines.find(({ modelId }) => modelId === MODEL_ID);
  };
  for (const runtime of ['executorch', 'llama.cpp']) {
    expect(await run(runtime, '--model', MODEL_ID)).toMatchObject({ code: 0, err: '' });
  }
  const requests = scene.hub.log.length;
  for (const runtime of ['executorch', 'llama.cpp']) {
    expect((await run(runtime, '--model', MODEL_ID)).out).toContain('already complete');
    expect(await run(runtime, '--verify')).toMatchObject({ code: 0 });
  }
  expect(scene.hub.log.length).toBe(requests);

  expect((await run('llama.cpp', '--remove', MODEL_ID)).out).toMatch(
    /removed, 2.4 MB freed; its build for executorch is here/,
  );
  expect(await listed('llama.cpp')).toMatchObject({ state: 'absent' });
  expect(await listed('executorch')).toMatchObject({ state: 'installed' });
  expect(await run('executorch', '--verify')).toMatchObject({ code: 0 });
});
