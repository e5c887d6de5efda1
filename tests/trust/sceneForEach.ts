/** A fresh scene for each test of a file, before one hub; after each, what must hold is looked at. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';

import type { Fault } from '../hub/faults';
import type { Hub } from '../hub/server';
import { openScene, type Scene, type SceneOptions } from './nodeScene';
import { pinned, startTrustHub } from './served';

export interface Stage {
  readonly hub: Hub;
  readonly scene: Scene;
  /** Ends the scene and opens another on the same folder. */
  reopen(options?: Partial<SceneOptions>): Promise<void>;
  /** Happens to the bytes of files, where they lie. */
  onFile(fault: Fault, times?: number): void;
  /** Happens to what the hub itself answers, redirects included. */
  onHub(fault: Fault, times?: number): void;
  /** Leaves so many bytes of the model on the disk, and the hub healthy. */
  receivePart(bytes?: number): Promise<void>;
  /** What was asked of where files lie, as `Range` headers. */
  ranges(): (string | undefined)[];
  /** That a server really makes the model start over. */
  mayStepBack(times: number): void;
}

export const PART_BYTES = 240_000;

export function sceneForEach(): Stage {
  let hub: Hub;
  let scene: Scene;
  let stepsBack = 0;
  // Real sockets, a real disk, and perhaps much else on this machine.
  vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
  beforeAll(async () => {
    hub = await startTrustHub();
  });
  beforeEach(async () => {
    stepsBack = 0;
    scene = await openScene(hub, { models: [pinned(hub)] });
  });
  afterEach(() => scene.settle({ stepsBack }));
  afterAll(() => hub.close());

  const order = (origin: 'hub' | 'cdn') => (fault: Fault, times?: number) => {
    hub.faults.push({ origin, fault, ...(times !== undefined && { times }) });
  };
  return {
    get hub() {
      return hub;
    },
    get scene() {
      return scene;
    },
    async reopen(options = {}) {
      await scene.close();
      scene = await openScene(hub, { models: [pinned(hub)], ...options, folder: scene.folder });
    },
    onFile: order('cdn'),
    onHub: order('hub'),
    async receivePart(bytes = PART_BYTES) {
      hub.faults.push({ origin: 'cdn', times: 1, fault: { cutAfter: bytes } });
      hub.faults.push({ origin: 'cdn', fault: { status: 500 } });
      await scene.failure(['HTTP_SERVER']);
      expect(scene.state()).toMatchObject({ kind: 'failed', receivedBytes: bytes });
      hub.reset();
    },
    ranges: () =>
      hub.log.filter(({ origin }) => origin === 'cdn').map(({ headers }) => headers['range']),
    mayStepBack(times) {
      stepsBack = times;
    },
  };
}
