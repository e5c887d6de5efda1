/** Work that needs the engine empty, such as the trial of a newer version. */
import { expect, it } from 'vitest';

import {
  beginSession,
  qwenPath,
  REQUEST,
  settle,
  STATS,
  tinyPath,
} from '../../../tests/scriptedSession';
import { Qwen3_0_6B, TinyDemo } from '../modelConfig';

/** Work that ends when it is told to. */
function longWork() {
  let end = () => {};
  let given: AbortSignal | undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const work = async (signal: AbortSignal) => {
    given = signal;
    await ended;
    return 'done';
  };
  return { work, end: () => end(), signal: () => given };
}

it('frees all memory first, and then brings the model back that answered', async () => {
  const { session, calls, load, gates } = await beginSession();
  await load(TinyDemo);
  const { work, end } = longWork();
  const result = session.whileEmpty(Qwen3_0_6B, work);
  await settle();
  expect(calls).toEqual([`load ${tinyPath}`, `unload ${tinyPath}`]);
  const { status } = session.getSnapshot();
  expect(status).toEqual({ kind: 'measuring', modelId: Qwen3_0_6B.modelId });
  end();
  await settle();
  gates.at(-1)?.open();
  await expect(result).resolves.toBe('done');
  expect(calls.slice(2)).toEqual([`load ${tinyPath}`]);
  expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: TinyDemo.modelId });
});

it('loads nothing afterwards where nothing was loaded before', async () => {
  const { session, calls } = await beginSession();
  await session.whileEmpty(Qwen3_0_6B, () => Promise.resolve());
  expect(calls).toEqual([]);
  expect(session.getSnapshot().status).toEqual({ kind: 'empty' });
});

it('waits for the answer that is being written', async () => {
  const { session, load, gates, reached } = await beginSession();
  await load(TinyDemo);
  const answer = session.generate(TinyDemo, REQUEST, () => {});
  await reached('generating');
  let hasBegun = false;
  const result = session.whileEmpty(Qwen3_0_6B, () => {
    hasBegun = true;
    return Promise.resolve();
  });
  await settle();
  expect(hasBegun).toBe(false);
  gates.at(-1)?.open();
  await expect(answer).resolves.toEqual(STATS);
  await settle();
  expect(hasBegun).toBe(true);
  gates.at(-1)?.open();
  await result;
});

it('is called off by a request for a model, which waits for its end and then loads once', async () => {
  const { session, calls, load, gates } = await beginSession();
  await load(TinyDemo);
  const { work, end, signal } = longWork();
  const result = session.whileEmpty(TinyDemo, work);
  await settle();
  const other = session.load(Qwen3_0_6B);
  await settle();
  expect(signal()?.aborted).toBe(true);
  expect(calls).toEqual([`load ${tinyPath}`, `unload ${tinyPath}`]);
  end();
  await settle();
  gates.at(-1)?.open();
  await other;
  expect(await result).toBe('done');
  expect(calls.slice(2)).toEqual([`load ${qwenPath}`]);
  expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: Qwen3_0_6B.modelId });
});

it('brings the model back also where the work fails, and says why', async () => {
  const { session, calls, load, gates } = await beginSession();
  await load(TinyDemo);
  const failure = new Error('the version doesn’t answer');
  const result = session.whileEmpty(Qwen3_0_6B, () => Promise.reject(failure));
  const outcome = result.catch((error: unknown) => error);
  await settle();
  gates.at(-1)?.open();
  expect(await outcome).toBe(failure);
  expect(calls.at(-1)).toBe(`load ${tinyPath}`);
});
