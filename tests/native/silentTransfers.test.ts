/** Downloads whose transfers fall silent while the system goes on having them: what the app makes of it. Time is the test's. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createManualClock, type ManualClock } from '../../lib/platform/memory/manualClock';
import { transferIds, untilTransfersHave } from './fakes/backgroundDownloader';
import { phone } from './fakes/phone';
import {
  isInstalled,
  ofBody,
  openPhoneScene,
  waitsFor,
  WEIGHTS,
  type PhoneScene,
} from './phoneScene';
import { download, order } from './transferSteps';

const HALF = 200_000;
/** Failures in a row without a byte, after which the core asks the person. */
const MOST_FAILURES = 6;

let scene: PhoneScene;
let clock: ManualClock;
beforeEach(async () => {
  phone.reset();
  clock = createManualClock();
  scene = await openPhoneScene({ clock });
});
afterEach(() => scene.close());
afterAll(() => {
  phone.dispose();
});

const untilSilent = (transfers: number) =>
  scene.hub.until(
    () => scene.bodies().length === transfers && scene.bodies().at(-1)?.state === 'stalled',
  );

/** Everything that happened is heard, and every look at the system answered, before time moves on. */
async function passMinute(): Promise<void> {
  for (let step = 0; step < 6; step += 1) {
    await turns();
    clock.advance(10_000);
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each(['ios', 'android'] as const)(
  'a download whose transfer falls silent, on %s',
  (system) => {
    beforeEach(() => {
      phone.system = system;
    });

    it('goes on from what came after a minute, and fetches no byte twice', async () => {
      order(scene, { stallAfter: HALF });
      const app = await scene.start();
      void download(scene, app);
      await untilTransfersHave(HALF);
      await passMinute();
      await app.until(scene.models[0], waitsFor('retrying'));
      clock.advance(30_000);
      await app.until(scene.models[0], isInstalled);
      expect(scene.bodies().map(({ headers }) => headers['range'])).toEqual([
        undefined,
        `bytes=${String(HALF)}-`,
      ]);
      expect(scene.sentBytes()).toBe(WEIGHTS.sizeBytes);
    });

    it('asks the person after six minutes without a byte, and leaves the system nothing', async () => {
      scene.hub.faults.push({ match: ofBody, fault: { holdHead: true } });
      const app = await scene.start();
      void download(scene, app);
      for (let failures = 1; failures < MOST_FAILURES; failures += 1) {
        await untilSilent(failures);
        await passMinute();
        await app.until(scene.models[0], waitsFor('retrying'));
        clock.advance(30_000);
      }
      await untilSilent(MOST_FAILURES);
      await passMinute();
      const state = await app.until(scene.models[0], ({ kind }) => kind === 'failed');
      expect(state).toMatchObject({ failure: { code: 'NET_INTERRUPTED' } });
      expect(transferIds()).toEqual([]);
    });
  },
);
