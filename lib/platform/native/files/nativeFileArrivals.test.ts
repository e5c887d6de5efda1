/** Files that other apps bring to a phone’s app, over real files. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { findModelFiles } from '../../../../tests/native/fakes/modelFiles';
import { phone } from '../../../../tests/native/fakes/phone';
import { openAddress, startWithAddress } from '../../../../tests/native/fakes/reactNative';
import type { GivenFile } from '../../types';
import { createNativeFileArrivals } from './nativeFileArrivals';

beforeEach(() => {
  phone.reset();
  startWithAddress(null);
});
afterAll(() => {
  phone.dispose();
});

const asked: Promise<unknown>[] = [];

/** All that was asked of the module has been answered, and the answers have been dealt with. */
async function settled(): Promise<void> {
  await Promise.allSettled(asked.splice(0));
  await new Promise(setImmediate);
}

function start(system: 'ios' | 'android') {
  phone.system = system;
  const module = findModelFiles();
  if (!module) throw new Error('the module is linked here');
  const noted = <T>(answer: Promise<T>): Promise<T> => {
    asked.push(answer);
    return answer;
  };
  const { takeArrivals } = module;
  const modelFiles = {
    ...module,
    list: (folder: string) => noted(module.list(folder)),
    ...(takeArrivals && { takeArrivals: () => noted(takeArrivals()) }),
  };
  const arrivals = createNativeFileArrivals(system, modelFiles);
  const seen: GivenFile[][] = [];
  const watch = () =>
    arrivals.subscribe({ onFiles: (files) => seen.push([...files]), onHover: () => undefined });
  return { arrivals, seen, watch };
}

const inbox = () => join(phone.documents(), 'Inbox');

/** iOS does so before it opens the app. */
function copyIntoInbox(name: string, folder = inbox()): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, 'GGUF');
  return path;
}

// As iOS writes it: not the path by which the app names its documents.
const addressOf = (path: string) => `file:///private${path}`;

describe('on iOS', () => {
  it('reports all copies that lie in the inbox at the first look, and later ones as they are opened', async () => {
    const first = [copyIntoInbox('fox.gguf'), copyIntoInbox('two words 100%.GGUF')];
    const { seen, watch } = start('ios');
    watch();
    await settled();
    expect(seen.map((files) => files.toSorted())).toEqual([first.toSorted()]);
    const later = copyIntoInbox('owl.gguf');
    openAddress(addressOf(later));
    await settled();
    expect(seen.slice(1)).toEqual([[later]]);
  });

  it('reports each copy once, however often its address comes, until it was let go of', async () => {
    const path = copyIntoInbox('fox.gguf');
    const { arrivals, seen, watch } = start('ios');
    watch();
    openAddress(addressOf(path));
    openAddress(addressOf(path));
    await settled();
    watch();
    await settled();
    expect(seen).toEqual([[path]]);
    await arrivals.letGo(path);
    expect(existsSync(path)).toBe(false);
    openAddress(addressOf(path));
    await settled();
    expect(seen).toHaveLength(1);
    copyIntoInbox('fox.gguf');
    openAddress(addressOf(path));
    await settled();
    expect(seen).toEqual([[path], [path]]);
  });

  it('reports what an ended app left there, to the newest of two screens', async () => {
    const path = copyIntoInbox('fox.gguf');
    const old = start('ios');
    old.watch()();
    await settled();
    expect(old.seen).toEqual([]);
    const { arrivals, seen } = start('ios');
    const order: string[] = [];
    const screen = (name: string) => ({
      onFiles: () => void order.push(name),
      onHover: () => undefined,
    });
    arrivals.subscribe(screen('below'));
    arrivals.subscribe(screen('above'));
    await settled();
    expect(order).toEqual(['above']);
    expect(seen).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  it('follows no address, and leaves links, folders and other kinds of files in the inbox alone', async () => {
    const own = copyIntoInbox('own.gguf', join(phone.documents(), 'models'));
    const other = copyIntoInbox('letter.pdf');
    symlinkSync(own, join(inbox(), 'link.gguf'));
    mkdirSync(join(inbox(), 'folder.gguf'));
    const { seen, watch } = start('ios');
    watch();
    for (const address of [
      addressOf(own),
      'http://example.com/fox.gguf',
      `modelshelf://add?file=${encodeURIComponent(addressOf(own))}`,
      'content://com.example/fox.gguf',
      'file:///private/../../etc/passwd.gguf',
    ]) {
      openAddress(address);
    }
    await settled();
    expect(seen).toEqual([]);
    expect(existsSync(other)).toBe(true);
  });

  it('removes nothing that it did not report', async () => {
    const mine = copyIntoInbox('mine.gguf', join(phone.documents(), 'mine'));
    const { arrivals, watch } = start('ios');
    watch();
    await settled();
    const late = copyIntoInbox('late.gguf');
    for (const file of [mine, late, { name: late, size: 4 }]) await arrivals.letGo(file);
    expect([existsSync(mine), existsSync(late)]).toEqual([true, true]);
  });
});

describe('on Android', () => {
  const FILE = 'content://com.example.files/fox.gguf';
  const OTHER = 'content://com.example.files/owl.gguf';

  function arrive(...addresses: string[]): void {
    phone.arrived.push(...addresses);
    openAddress(addresses[0] ?? '');
  }

  it('reports what arrived before anything looked, and what is opened later, several at once', async () => {
    phone.system = 'android';
    const { seen, watch } = start('android');
    phone.arrived.push(FILE);
    const stop = watch();
    await settled();
    arrive(OTHER, 'content://com.example.files/elk.gguf');
    await settled();
    stop();
    arrive('content://com.example.files/emu.gguf');
    await settled();
    expect(seen).toEqual([[FILE], [OTHER, 'content://com.example.files/elk.gguf']]);
  });

  it('reports a file that is opened again only when its import has ended', async () => {
    const { arrivals, seen, watch } = start('android');
    watch();
    arrive(FILE);
    await settled();
    arrive(FILE);
    await settled();
    expect(seen).toEqual([[FILE]]);
    await arrivals.letGo(FILE);
    arrive(FILE);
    await settled();
    expect(seen).toEqual([[FILE], [FILE]]);
  });

  it('follows no address that the module did not bring, and looks into no inbox', async () => {
    copyIntoInbox('fox.gguf');
    const { seen, watch } = start('android');
    watch();
    for (const address of [FILE, 'file:///sdcard/fox.gguf', 'http://example.com/fox.gguf']) {
      openAddress(address);
    }
    await settled();
    expect(seen).toEqual([]);
  });
});
