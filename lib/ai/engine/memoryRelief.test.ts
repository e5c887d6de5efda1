import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../platform/memory/manualClock';
import type { HostEvent } from '../../platform/types';
import { ROOMY, REQUEST, beginSession, settle } from '../../../tests/scriptedSession';
import { HIDDEN_RELEASE_MS, startMemoryRelief } from './memoryRelief';
import { Qwen3_0_6B, TinyDemo } from '../modelConfig';

async function begin() {
  const clock = createManualClock();
  const scripted = await beginSession(ROOMY);
  const { session, load, gates } = scripted;
  let tell: (event: HostEvent) => void = () => {};
  const host = {
    subscribe(listener: typeof tell) {
      tell = listener;
      return () => (tell = () => {});
    },
  };
  const prepare = () => session.load(TinyDemo);
  const stop = startMemoryRelief({ host, clock, session, prepare });
  await load(Qwen3_0_6B);
  await load(TinyDemo);
  const loaded = () => session.getSnapshot().loaded.map(({ modelId }) => modelId);
  return { session, clock, gates, stop, loaded, tell: (event: HostEvent) => tell(event) };
}

describe('memory', () => {
  it('is given back but for the model that answers when the system asks for it', async () => {
    const { tell, loaded, session } = await begin();
    tell('memory-pressure');
    await settle();
    expect(loaded()).toEqual([TinyDemo.modelId]);
    expect(session.getSnapshot().status).toEqual({ kind: 'ready', modelId: TinyDemo.modelId });
  });

  it('is all given back when nobody has looked for long, and taken again when somebody does', async () => {
    const { tell, loaded, clock, session, gates } = await begin();
    tell('hidden');
    clock.advance(HIDDEN_RELEASE_MS - 1);
    await settle();
    expect(loaded()).toHaveLength(2);
    clock.advance(1);
    await settle();
    expect(loaded()).toEqual([]);
    expect(session.getSnapshot().status).toEqual({ kind: 'empty' });
    tell('shown');
    await settle();
    gates.at(-1)?.open();
    await settle();
    expect(loaded()).toEqual([TinyDemo.modelId]);
  });

  it('stays when somebody comes back in time', async () => {
    const { tell, loaded, clock } = await begin();
    tell('hidden');
    clock.advance(HIDDEN_RELEASE_MS / 2);
    tell('shown');
    clock.advance(HIDDEN_RELEASE_MS);
    await settle();
    expect(loaded()).toHaveLength(2);
  });

  it('is not taken from an answer that is under way, but after it', async () => {
    const { tell, loaded, clock, session, gates } = await begin();
    const answer = session.generate(TinyDemo, REQUEST, () => {});
    await settle();
    tell('hidden');
    clock.advance(HIDDEN_RELEASE_MS);
    await settle();
    expect(loaded()).toHaveLength(2);
    gates.at(-1)?.open();
    await answer;
    await settle();
    expect(loaded()).toEqual([]);
  });

  it('stays once nobody listens any more', async () => {
    const { tell, loaded, clock, stop } = await begin();
    tell('hidden');
    stop();
    clock.advance(HIDDEN_RELEASE_MS);
    tell('memory-pressure');
    await settle();
    expect(loaded()).toHaveLength(2);
  });
});
