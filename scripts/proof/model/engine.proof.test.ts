/** A real model in Node: the app's own core over Node's adapters, without a screen. */
import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { startModelApp, type ModelApp } from '../../../lib/ai/startModelApp';
import { createNodePlatform } from '../../../lib/platform/node/nodePlatform';
import { compiledEngine } from '../../../tests/command';
import { childrenOf } from '../../../tests/processes';
import type { ProofModel } from './models';
import { LARGEST_ERROR, noteOf } from './note';
import { chosenModels, openProofScene, type ProofScene } from './proofScene';

let scene: ProofScene;
let app: ModelApp;
beforeAll(async () => {
  scene = await openProofScene();
  const platform = createNodePlatform({
    modelsFolder: scene.folder,
    runtime: 'llama.cpp',
    hubEndpoint: scene.hub.endpoint,
    catalogText: scene.catalogText,
    token: undefined,
    engineProgram: compiledEngine(),
  });
  app = await startModelApp(platform, { random: Math.random });
});
afterAll(async () => {
  await app.close();
  await scene.close();
});

async function ask(model: ProofModel, question: string) {
  const config = scene.configOf(model);
  const said = { thought: '', answer: '' };
  const stats = await app.llm.session.generate(
    config,
    {
      ...app.llm.choices.settingsOf(config),
      ...{ messages: [{ role: 'user', content: question }], maxTokens: 48 },
    },
    (piece, channel) => (said[channel] += piece),
  );
  return { text: said.answer, thought: said.thought, stats };
}

/** The most that the engine's process ever occupied; undefined where the system doesn't tell. */
async function occupiedBytes(): Promise<number | undefined> {
  const [pid] = childrenOf(process.pid, 'llamaChild');
  if (pid === undefined || process.platform !== 'linux') return undefined;
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

it.for(chosenModels())('$displayName answers in Node', async (model, { task }) => {
  const config = scene.configOf(model);
  const { contextTokens } = app.llm.choices.settingsOf(config);
  const { memory, session } = app.llm;
  const estimatedBytes = memory.needOf(config, contextTokens) ?? NaN;
  expect(memory.fitOf(config, contextTokens)).toBe('fits');
  await app.preferences.set({ smokeTest: false });
  await app.manager.ensureModelPresent(config);
  await app.selection.select(config);
  const [warm] = session.getSnapshot().loaded;
  expect(warm?.facts.contextTokens).toBe(contextTokens);

  const answers = [];
  for (const question of model.questions) {
    const answer = await ask(model, question.text);
    expect(answer, question.text).toMatchObject({ thought: '', stats: { finishReason: 'stop' } });
    expect(answer.text).toMatch(question.right);
    expect(answer.text, 'has the other’s turn in it').not.toMatch(/\bUser:|<[^>]*turn|<\|/);
    answers.push(answer);
  }

  const occupied = await occupiedBytes();
  const measuredBytes = memory.needOf(config, contextTokens) ?? NaN;
  if (occupied !== undefined) {
    expect(Math.abs(estimatedBytes / occupied - 1)).toBeLessThan(LARGEST_ERROR);
    expect(Math.abs(measuredBytes / occupied - 1)).toBeLessThan(LARGEST_ERROR);
  }
  await app.selection.deleteModel(config);
  expect(childrenOf(process.pid, 'llamaChild')).toEqual([]);
  Object.assign(task.meta, {
    note: noteOf(`${model.displayName} in Node`, {
      ...{ loadMs: warm?.loadMs, answers, contextTokens },
      ...{ estimatedBytes, measuredBytes, occupiedBytes: occupied },
    }),
  });
});
