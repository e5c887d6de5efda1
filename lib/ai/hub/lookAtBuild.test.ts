import { describe, expect, it } from 'vitest';

import { COMMIT, HUB, hubInMemory, refusal, repositoryWith } from '../../../tests/discoverFixture';
import { modelWith } from '../../../tests/importFixture';
import { ModelError, isAbortError } from '../../errors';
import { script } from '../../platform/memory/memoryWeb';
import type { LlmEngine } from '../../platform/types';
import { repositoryBuilds } from '../builds/repositoryBuilds';
import { ENGINE_ARCHITECTURES } from '../runtimes/architectureNames';
import { createBuildHeaders } from './buildHeaders';
import { lookAtBuild } from './lookAtBuild';

const NEVER = new AbortController().signal;
const MODEL = modelWith({});
const PATH = 'm-Q8_0.gguf';
const URL = `${HUB}/org/Model-GGUF/resolve/${COMMIT}/${PATH}`;
const WLLAMA = {
  engineName: 'wllama',
  engineVersion: ENGINE_ARCHITECTURES.wllama?.version ?? '',
} as LlmEngine;

function looking(bytes: Uint8Array = MODEL, facts = {}) {
  const hub = hubInMemory(() => refusal(404));
  const { web } = hub.world;
  web.files.set(URL, bytes);
  const repository = repositoryWith({ [PATH]: bytes.byteLength }, facts);
  const [{ build } = { build: undefined }] = repositoryBuilds(repository);
  if (build === undefined) throw new Error('the repository has a build');
  const tools = {
    ...{ headers: createBuildHeaders(hub.tools), hubEndpoint: HUB },
    engines: { 'llama.cpp': WLLAMA },
  };
  const look = (signal = NEVER) => lookAtBuild(tools, { repository, build }, signal);
  return { ...hub, web, look };
}

/** Holds the answer to the next range until it is let go. */
function hold(web: ReturnType<typeof looking>['web']): () => void {
  let letGo = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  script(web, URL, { kind: 'hold', afterBytes: 0, until });
  return letGo;
}

describe('a look at a build', () => {
  it('tells what its header states, and asks the hub nothing but one range', async () => {
    const { look, web, asked } = looking();
    expect(await look()).toMatchObject({
      kind: 'read',
      header: { architecture: 'llama', layers: 1, expertCount: 0, facts: { contextTokens: 2048 } },
    });
    expect(web.log).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  it('reads a header once for a commit, also for callers at the same time', async () => {
    const { look, web } = looking();
    const both = await Promise.all([look(), look()]);
    expect(both[1]).toEqual(both[0]);
    await look();
    expect(web.log).toHaveLength(1);
  });

  it('is called off when its last caller leaves, and begun anew by the next', async () => {
    const { look, web } = looking();
    const letGo = hold(web);
    const [first, second] = [new AbortController(), new AbortController()];
    const looks = [look(first.signal), look(second.signal)].map((each) => each.catch(isAbortError));
    first.abort();
    expect(await looks[0]).toBe(true);
    second.abort();
    const again = look();
    letGo();
    expect(await looks[1]).toBe(true);
    expect(await again).toMatchObject({ kind: 'read' });
    expect(web.log).toHaveLength(2);
  });

  it('goes on for the caller that stays', async () => {
    const { look, web } = looking();
    const letGo = hold(web);
    const leaving = new AbortController();
    const left = look(leaving.signal).catch(isAbortError);
    const staying = look();
    leaving.abort();
    letGo();
    expect(await left).toBe(true);
    expect(await staying).toMatchObject({ kind: 'read' });
    expect(web.log).toHaveLength(1);
  });

  it('refuses an architecture that the engine doesn’t know, with the engine’s version', async () => {
    const fox = { 'fox.block_count': 1, 'fox.embedding_length': 8, 'fox.context_length': 128 };
    const { look } = looking(modelWith({ 'general.architecture': 'fox', ...fox }));
    const found = await look();
    const details = { reason: expect.stringMatching(/“fox”, which wllama [\d.]+ doesn’t know/) };
    expect(found).toMatchObject({
      kind: 'refused',
      failure: { code: 'MODEL_UNAVAILABLE', details },
    });
  });

  it('refuses a file that is no model, and reads it again when it is asked again', async () => {
    const { look, web } = looking(MODEL.map(() => 0x41));
    expect(await look()).toMatchObject({ kind: 'refused', failure: { code: 'LOAD_FAILED' } });
    web.files.set(URL, MODEL);
    expect(await look()).toMatchObject({ kind: 'read' });
  });

  it('tells nothing about a build that couldn’t be read, and reads it again', async () => {
    const { look, web } = looking();
    const error = new ModelError('NET_OFFLINE', { host: 'huggingface.co' });
    script(web, URL, { kind: 'fail', error });
    expect(await look()).toMatchObject({ kind: 'failed', failure: { code: 'NET_OFFLINE' } });
    expect(await look()).toMatchObject({ kind: 'read' });
  });

  it.each([401, 403])('is closed where a gated repository refuses with %i', async (status) => {
    const headers = { 'x-error-code': 'GatedRepo' };
    const { look, web } = looking(MODEL, { isGated: true, gate: 'manual' });
    script(web, URL, { kind: 'answer', status, headers });
    expect(await look()).toEqual({ kind: 'closed' });
    // Access may have been given meanwhile.
    expect(await look()).toMatchObject({ kind: 'read' });
  });

  it('isn’t closed where a repository without a gate refuses', async () => {
    const { look, web } = looking();
    script(web, URL, { kind: 'answer', status: 401 });
    expect(await look()).toMatchObject({ kind: 'failed', failure: { code: 'HTTP_DENIED' } });
  });
});
