/** What every host's locks and messages between owners of one store have to do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ownersFolder } from '../../lib/platform/shared/storePath';
import type { OwnFolder, Peers } from '../../lib/platform/types';
import { expectAbort, rejectionOf } from './expectFailure';

export interface PeersSubject {
  /** Two owners of one store: two tabs, two processes, or as near to it as the test can get. */
  first: Peers;
  second: Peers;
  dispose(): Promise<void>;
  /** False where owners only share locks. */
  hasMessages: boolean;
}

/** A promise that the test settles. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** Takes the lock and resolves once it is held; `release` gives it back. */
async function hold(peers: Peers, name: string) {
  const held = gate();
  const end = gate();
  const finished = peers.withLock(name, async () => {
    held.open();
    await end.opened;
  });
  await Promise.race([held.opened, finished]);
  return {
    release: async () => {
      end.open();
      await finished;
    },
  };
}

export function describePeers(name: string, create: () => Promise<PeersSubject>): void {
  describe(`Peers: ${name}`, () => {
    let subject: PeersSubject;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(async () => {
      await subject.dispose();
    });

    describeLocks(() => subject);
    describeWaiting(() => subject);
    describeFolders(() => subject);
    describeMessages(() => subject);
  });
}

type Current = () => PeersSubject;

function describeLocks(current: Current): void {
  it('answers with what the work answers', async () => {
    expect(await current().first.withLock('a', () => Promise.resolve(7))).toBe(7);
  });

  it('rejects with what the work rejects with, and gives the lock back', async () => {
    const { first, second } = current();
    const failure = new Error('the work failed');
    expect(await rejectionOf(first.withLock('a', () => Promise.reject(failure)))).toBe(failure);
    expect(await second.withLock('a', () => Promise.resolve('free'))).toBe('free');
  });

  it('lets different names run at the same time', async () => {
    const { first, second } = current();
    const held = await hold(first, 'a');
    expect(await second.withLock('b', () => Promise.resolve('ran'))).toBe('ran');
    await held.release();
  });

  it.each(['the other owner', 'the same owner'])('lets only one run: against %s', async (who) => {
    const { first, second } = current();
    const other = who === 'the same owner' ? first : second;
    const held = await hold(first, 'a');
    const order: string[] = [];
    const waiting = gate();
    const next = other.withLock(
      'a',
      () => {
        order.push('second');
        return Promise.resolve();
      },
      { onWait: waiting.open },
    );
    await waiting.opened;
    order.push('first');
    await held.release();
    await next;
    expect(order).toEqual(['first', 'second']);
  });

  it('never overlaps among many', async () => {
    const { first, second } = current();
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    };
    const owners = [first, second, first, second, first, second, first, second];
    await Promise.all(owners.map((peers) => peers.withLock('a', work)));
    expect(most).toBe(1);
  });
}

function describeWaiting(current: Current): void {
  it('says once that it waits, and only when it does', async () => {
    const { first, second } = current();
    let free = 0;
    await first.withLock('a', () => Promise.resolve(), { onWait: () => (free += 1) });
    expect(free).toBe(0);

    const held = await hold(first, 'a');
    const waiting = gate();
    let waits = 0;
    const onWait = () => {
      waits += 1;
      waiting.open();
    };
    const next = second.withLock('a', () => Promise.resolve(), { onWait });
    await waiting.opened;
    await held.release();
    await next;
    expect(waits).toBe(1);
  });

  it('stops waiting when it is told to, and never runs the work', async () => {
    const { first, second } = current();
    const held = await hold(first, 'a');
    const stopping = new AbortController();
    let ran = false;
    const work = () => {
      ran = true;
      return Promise.resolve();
    };
    const onWait = () => {
      stopping.abort();
    };
    await expectAbort(second.withLock('a', work, { onWait, signal: stopping.signal }));
    await held.release();
    await second.withLock('a', () => Promise.resolve());
    expect(ran).toBe(false);
  });

  it('runs nothing for a signal that was aborted before', async () => {
    let ran = false;
    const work = () => {
      ran = true;
      return Promise.resolve();
    };
    await expectAbort(current().first.withLock('a', work, { signal: AbortSignal.abort() }));
    expect(ran).toBe(false);
  });

  it('lets the work finish when the signal comes later', async () => {
    const stopping = new AbortController();
    const work = async () => {
      stopping.abort();
      await Promise.resolve();
      return 'finished';
    };
    expect(await current().first.withLock('a', work, { signal: stopping.signal })).toBe('finished');
  });
}

const FOLDER = { name: 'model/a', folder: '.staging/a' };

function describeFolders(current: Current): void {
  it('gives a folder to one owner at a time, with a place that is its own meanwhile', async () => {
    const owners = [current().first, current().second, current().first];
    let working = 0;
    const work = async (own: OwnFolder) => {
      expect((working += 1)).toBe(1);
      const { path, isSound } = await own.take();
      expect(isSound).toBe(true);
      expect(path === FOLDER.folder || path.startsWith(`${ownersFolder(FOLDER.folder)}/`)).toBe(
        true,
      );
      await own.confirm();
      expect(own.lost.aborted).toBe(false);
      working -= 1;
      return path;
    };
    const paths = await Promise.all(owners.map((peers) => peers.withFolder(FOLDER, work)));
    // The same for each, or one of its own for each.
    expect([1, owners.length]).toContain(new Set(paths).size);
  });

  it('holds the folder’s lock too, for whoever asks for nothing else', async () => {
    const { first, second } = current();
    const held = gate();
    const end = gate();
    const finished = first.withFolder(FOLDER, async () => {
      held.open();
      await end.opened;
      return 'first';
    });
    await held.opened;
    const order: string[] = [];
    const waiting = gate();
    const options = { onWait: waiting.open };
    const enter = () => Promise.resolve(order.push('second'));
    const taken = second.withLock(FOLDER.name, enter, options);
    await waiting.opened;
    order.push('waits');
    end.open();
    expect(await finished).toBe('first');
    await taken;
    expect(order).toEqual(['waits', 'second']);
  });
}

function describeMessages(current: Current): void {
  it('tells the others and not itself', async ({ skip }) => {
    const { first, second, hasMessages } = current();
    if (!hasMessages) return skip('owners here only share locks');
    const own: unknown[] = [];
    const stop = first.subscribe((message) => own.push(message));
    const received = new Promise((resolve) => second.subscribe(resolve));
    first.send({ kind: 'progress', bytes: [1, 2], text: 'é' });
    expect(await received).toEqual({ kind: 'progress', bytes: [1, 2], text: 'é' });
    expect(own).toEqual([]);
    stop();
  });

  it('hears nothing more after it stopped listening', async ({ skip }) => {
    const { first, second, hasMessages } = current();
    if (!hasMessages) return skip('owners here only share locks');
    const heard: unknown[] = [];
    const stop = second.subscribe((message) => heard.push(message));
    stop();
    const last = new Promise((resolve) => second.subscribe(resolve));
    first.send('after');
    expect(await last).toBe('after');
    expect(heard).toEqual([]);
  });
}
