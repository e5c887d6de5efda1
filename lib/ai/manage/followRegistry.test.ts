import { describe, expect, it } from 'vitest';

import {
  ENDPOINT,
  GGUF_URL,
  MODEL,
  WEIGHTS,
  createTab,
  noise,
  seedPart,
  seedPlan,
  sha256,
  stateOf,
  until,
  untilState,
  untilTicking,
  type Tab,
} from '../../../tests/modelFixture';
import { createMemoryWorld, type MemoryWorld } from '../../platform/memory/memoryPlatform';
import { script } from '../../platform/memory/memoryWeb';
import { ModelError, isAbortError } from '../../errors';
import { TinyDemo, type LlmModelConfig } from '../modelConfig';
import { UNLISTED_REASON } from '../registry/modelFiles';
import { createRegistry } from '../registry/registry';

const OTHER_URL = `${ENDPOINT}/me/other/resolve/main/other.gguf`;
const OTHER_WEIGHTS = noise(150_000, 'other');

/** The same id, with another file. */
const CHANGED: LlmModelConfig = {
  ...MODEL,
  ggufSource: {
    kind: 'remote',
    url: OTHER_URL,
    sizeBytes: OTHER_WEIGHTS.byteLength,
    sha256: sha256(OTHER_WEIGHTS),
  },
};

const ABORTED = { aborted: true };
const outcome = (work: Promise<unknown>) =>
  work.then(
    (value) => value,
    (error: unknown) => (isAbortError(error) ? ABORTED : error),
  );

async function begin(models: readonly LlmModelConfig[], world = createMemoryWorld()) {
  const registry = createRegistry(models);
  const tab = await createTab({ models: registry, world });
  world.web.files.set(OTHER_URL, OTHER_WEIGHTS);
  await tab.manager.start();
  return { ...tab, registry };
}

async function installed(): Promise<MemoryWorld> {
  const { manager, world } = await begin([MODEL]);
  await manager.ensureModelPresent(MODEL);
  await manager.close();
  return world;
}

const HALF = WEIGHTS.byteLength / 2;

/** A download that stops in its middle until it is aborted. */
async function held(tab: Tab) {
  script(tab.world.web, GGUF_URL, { kind: 'hold', afterBytes: HALF, until: new Promise(() => {}) });
  const done = outcome(tab.manager.ensureModelPresent(MODEL));
  await untilTicking(tab, (state) => state.kind === 'downloading' && state.receivedBytes === HALF);
  return { done };
}

describe('a model that is offered while the app runs', () => {
  it('appears as the disk has it, and is recorded', async () => {
    const { manager, registry, settings } = await begin([TinyDemo], await installed());
    expect(manager.getSnapshot().states[MODEL.modelId]).toBeUndefined();
    registry.offer([MODEL]);
    expect(await untilState(manager, 'installed')).toMatchObject({ sizeBytes: WEIGHTS.byteLength });
    expect(await settings.isModelDownloaded(MODEL.modelId)).toBe(true);
    await manager.close();
  });

  it('can be downloaded in the same turn', async () => {
    const { manager, registry } = await begin([TinyDemo]);
    registry.offer([MODEL]);
    await manager.ensureModelPresent(MODEL);
    expect(stateOf(manager).kind).toBe('installed');
    await manager.close();
  });

  it('is shown with the reason at once where it can’t be downloaded', async () => {
    const { manager, registry } = await begin([TinyDemo]);
    registry.offer([{ ...MODEL, available: false }]);
    expect(stateOf(manager)).toMatchObject({ kind: 'unavailable' });
    await manager.close();
  });

  it('goes on with bytes that were kept', async () => {
    const world = createMemoryWorld();
    seedPart(world, WEIGHTS.subarray(0, HALF));
    const { manager, registry } = await begin([TinyDemo], world);
    registry.offer([MODEL]);
    expect(await untilState(manager, 'paused')).toMatchObject({ receivedBytes: HALF });
    await manager.ensureModelPresent(MODEL);
    expect(world.web.log.map(({ offsetBytes }) => offsetBytes)).toEqual([HALF]);
    await manager.close();
  });

  it('is read when it was offered after the start had begun to read', async () => {
    const world = await installed();
    const registry = createRegistry([TinyDemo]);
    const { manager } = await createTab({ models: registry, world });
    world.disk.beforeOperation = () => {
      registry.offer([MODEL]);
    };
    await manager.start();
    await untilState(manager, 'installed');
    await manager.close();
  });

  it('shows that the disk could not be read, and is read by the next request', async () => {
    const { manager, registry, world } = await begin([TinyDemo], await installed());
    world.disk.unreadable.add('');
    registry.offer([MODEL]);
    const state = await untilState(manager, 'failed');
    expect(state).toMatchObject({ failure: { code: 'STORAGE_UNAVAILABLE' } });
    world.disk.unreadable.clear();
    await manager.ensureModelPresent(MODEL);
    expect(stateOf(manager).kind).toBe('installed');
    await manager.close();
  });

  it('shows what another tab does with it', async () => {
    const world = createMemoryWorld();
    const owner = await begin([MODEL], world);
    const { done } = await held(owner);
    const watching = await begin([TinyDemo], world);
    watching.registry.offer([MODEL]);
    await untilState(watching.manager, 'downloading');
    owner.manager.pauseDownload(MODEL);
    expect(await done).toBe(ABORTED);
    await untilState(watching.manager, 'paused');
    await Promise.all([owner.manager.close(), watching.manager.close()]);
  });

  it('ends the transfer of other files, and the next request brings the new ones', async () => {
    const tab = await begin([MODEL]);
    const { done } = await held(tab);
    tab.registry.offer([CHANGED]);
    const next = tab.manager.ensureModelPresent(CHANGED);
    expect(await done).toBe(ABORTED);
    await next;
    expect(tab.world.disk.files.get('tiny/tiny.gguf')).toEqual(OTHER_WEIGHTS);
    await tab.manager.close();
  });

  it('leaves a transfer of the same files alone', async () => {
    const tab = await begin([MODEL]);
    const { done } = await held(tab);
    tab.registry.offer([{ ...MODEL, displayName: 'Renamed' }]);
    await settle();
    expect(stateOf(tab.manager).kind).toBe('downloading');
    tab.manager.pauseDownload(MODEL);
    expect(await done).toBe(ABORTED);
    await tab.manager.close();
  });

  it('stays usable as an earlier version where the list states a newer one by now', async () => {
    const { manager, registry } = await begin([MODEL], await installed());
    registry.offer([CHANGED]);
    await until(manager, ({ states }) => {
      const state = states[MODEL.modelId];
      return state?.kind === 'installed' && state.isEarlier === true;
    });
    await manager.verifyModel(CHANGED);
    await manager.close();
  });
});

describe('a model that is withdrawn while the app runs', () => {
  it('leaves when nothing of it is on the disk', async () => {
    const { manager, registry } = await begin([TinyDemo, MODEL]);
    registry.withdraw([MODEL.modelId]);
    await until(manager, ({ states }) => states[MODEL.modelId] === undefined);
    expect(registry.getModels()).toEqual([TinyDemo]);
    await manager.close();
  });

  it('stays as unlisted when it is installed, and can still be removed', async () => {
    const { manager, registry, world } = await begin([TinyDemo, MODEL], await installed());
    registry.withdraw([MODEL.modelId]);
    await settle();
    const unlisted = registry.find(MODEL.modelId);
    expect(unlisted).toMatchObject({ isUnlisted: true });
    expect(stateOf(manager).kind).toBe('installed');
    await manager.deleteModel(unlisted ?? MODEL);
    expect(stateOf(manager)).toEqual({ kind: 'unavailable', reason: UNLISTED_REASON });
    expect([...world.disk.files.keys()]).toEqual([]);
    await manager.close();
  });

  it('stops its transfer and keeps its bytes, which are those of the model when it is offered again', async () => {
    const tab = await begin([TinyDemo, MODEL]);
    const { manager, registry, world } = tab;
    const { done } = await held(tab);
    registry.withdraw([MODEL.modelId]);
    expect(await done).toBe(ABORTED);
    const left = await until(manager, ({ states }) => 'usedBytes' in (states[MODEL.modelId] ?? {}));
    expect(left.states[MODEL.modelId]).toMatchObject({ kind: 'unavailable' });
    const refused = await outcome(
      manager.ensureModelPresent(registry.find(MODEL.modelId) ?? MODEL),
    );
    expect(refused).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    registry.offer([MODEL]);
    expect(await untilState(manager, 'paused')).toMatchObject({ receivedBytes: HALF });
    await manager.ensureModelPresent(MODEL);
    expect(world.web.log.map(({ offsetBytes }) => offsetBytes)).toEqual([0, HALF]);
    await manager.close();
  });
});

describe('a disk that dies while an offered model is read', () => {
  const PLAN = '.staging/tiny/plan.json';

  it('leaves a model that the next start shows as whole, wherever the reading ends', async () => {
    const whole = await installed();
    for (let dieAt = 1; ; dieAt += 1) {
      // An install that was cut off before its last rename.
      const world = createMemoryWorld();
      for (const [path, bytes] of whole.disk.files) {
        const staged = path.endsWith('model.json') ? 'model.json' : 'tiny.gguf.part';
        world.disk.files.set(`.staging/tiny/${staged}`, bytes);
      }
      seedPlan(world.disk.files);
      const tab = await begin([TinyDemo], world);
      let operations = 0;
      world.disk.beforeOperation = () => {
        operations += 1;
        if (operations >= dieAt) throw new ModelError('DISK_IO', { path: PLAN, reason: 'died' });
      };
      tab.registry.offer([MODEL]);
      await settle();
      await tab.manager.close();
      world.disk.beforeOperation = () => undefined;
      const next = await begin([MODEL], world);
      expect(stateOf(next.manager).kind, `died at operation ${String(dieAt)}`).toBe('installed');
      expect(sha256(world.disk.files.get('tiny/tiny.gguf') ?? new Uint8Array())).toBe(
        sha256(WEIGHTS),
      );
      await next.manager.close();
      if (operations < dieAt) break;
    }
  });
});

/** Lets everything run that waits for nothing but the adapters in memory. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
