import { expect, it } from 'vitest';

import { rejectionOf } from '../../../tests/conformance/expectFailure';
import { createManualClock } from '../memory/manualClock';
import { connectWorker } from './workerCalls';

const MINUTE_MS = 60_000;

/** A worker of this script, and what it was told. */
function workerOf(script: string): string {
  return URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
}

it('gives up a worker that has not started in a minute', async () => {
  const clock = createManualClock();
  const worker = connectWorker(workerOf(''), clock);
  const calling = rejectionOf(worker.call('anything', undefined as never));
  clock.advance(MINUTE_MS);
  expect(await calling).toMatchObject({ code: 'APP_INCOMPLETE' });
});

it('waits for as long as a call takes once the worker has started', async () => {
  const clock = createManualClock();
  const script = `
    postMessage({ kind: 'started' });
    onmessage = ({ data: { id, name } }) => {
      if (name === 'hello') postMessage({ kind: 'result', id, value: 'hello' });
    };`;
  const worker = connectWorker(workerOf(script), clock);
  expect(await worker.call('hello', undefined as never)).toBe('hello');
  const calling = rejectionOf(worker.call('anything', undefined as never));
  clock.advance(MINUTE_MS);
  worker.close();
  expect(await calling).toMatchObject({ code: 'INTERNAL' });
});
