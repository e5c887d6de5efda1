import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { addressOf, bytesOf, startSampleHub, weightsBytes } from './sample';
import type { Hub } from './server';

const BIN = 'deep/folder/weights.bin';

let hub: Hub;
beforeAll(async () => {
  hub = await startSampleHub();
});
afterEach(() => {
  hub.reset();
});
afterAll(() => hub.close());

it('falls silent after every so many bytes, each time until it is released', async () => {
  hub.faults.push({ origin: 'cdn', fault: { stallEvery: 90_000 } });
  const body = fetch(addressOf(hub, BIN)).then(bytesOf);
  for (const sent of [90_000, 180_000]) {
    await hub.until(({ state, bodyBytesSent }) => state === 'stalled' && bodyBytesSent === sent);
    hub.release();
  }
  expect((await body).equals(weightsBytes())).toBe(true);
});

it('answers with a little that expands to a lot', async () => {
  hub.faults.push({ match: /^\/api\//, fault: { bombBytes: 5_000_000 } });
  const response = await fetch(`${hub.endpoint}/api/models/owner/sample`);
  expect(response.headers.get('content-encoding')).toBe('gzip');
  // The client decompresses the received bytes; the log counts the sent ones.
  expect(await bytesOf(response)).toHaveLength(5_000_000);
  expect(hub.log[0]?.bodyBytesSent).toBeLessThan(10_000);
});

it('drops every connection and goes on listening', async () => {
  hub.faults.push({ origin: 'cdn', fault: { stallAfter: 1000 } });
  const body = fetch(addressOf(hub, BIN)).then(bytesOf);
  await hub.until(({ state }) => state === 'stalled');
  hub.dropConnections();
  await expect(body).rejects.toThrow();
  hub.faults.clear();
  expect((await fetch(addressOf(hub, BIN)).then(bytesOf)).equals(weightsBytes())).toBe(true);
});
