import { expect, it } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { MODEL } from '../modelFixture';
import { MANY_PIECES } from './nodeScene';
import { sceneForEach } from './sceneForEach';
import { addressOf, REPO } from './served';

const stage = sceneForEach();

/** A file about which nobody has said anything: no hub is asked for an address like this. */
function unknown(): LlmModelConfig {
  const url = addressOf(stage.hub, 'git.gguf', { revision: REPO.commit }).replace(
    '/resolve/',
    '/raw/',
  );
  return { ...MODEL, ggufSource: { kind: 'remote', url } };
}

const NOTHING = { status: 200, body: '' } as const;

it.each([
  ['that states its length', NOTHING],
  ['that states none', { ...NOTHING, closeDelimited: true }],
  ['that says so of a range', { status: 416, headers: { 'content-range': 'bytes */0' } }],
] as const)('N45: fails on an empty answer %s, and asks once', async (_, fault) => {
  const { hub } = stage;
  await stage.reopen({ models: [unknown()], sizes: MANY_PIECES });
  hub.faults.push({ fault });
  const { details } = await stage.scene.failure(['FILE_EMPTY']);
  expect(details).toEqual({ host: new URL(hub.endpoint).host });
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: 0 });
  expect(hub.log).toHaveLength(1);
});

it.each([
  ['an empty part', { finAfter: 0 }],
  ['an empty part without a length', { finAfter: 0, headers: { 'content-length': null } }],
] as const)('N45: takes %s for a connection that broke', async (_, fault) => {
  await stage.reopen({ models: [unknown()], sizes: MANY_PIECES });
  stage.hub.faults.push({ times: 2, fault });
  await stage.scene.ensure();
  expect(stage.scene.state()).toMatchObject({ kind: 'installed' });
});
