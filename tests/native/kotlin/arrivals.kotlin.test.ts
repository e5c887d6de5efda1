/** The Kotlin that receives files from other apps, driven on a JVM as Android and Expo drive it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { PROJECT_ROOT } from '../../../scripts/build/projectRoot';
import { startJvm, type Jvm } from './jvm';

const kotlin = inject('kotlin');
const isMissing = 'missing' in kotlin;

const FILE = 'content://com.example.files/root/fox.gguf';
const OTHER = 'content://com.example.files/root/owl.gguf';
const FROM_HISTORY = 0x00100000;

interface Sent {
  action: 'VIEW' | 'SEND' | 'SEND_MULTIPLE' | 'MAIN';
  address?: string;
  streams?: string[];
  flags?: number;
}

const argsOf = ({ action, address = '', flags = 0, streams = [] }: Sent) =>
  [action, address, flags, ...streams] as const;

it('compiles against functions that the installed expo-modules-core declares', () => {
  const folder = join(PROJECT_ROOT, 'node_modules/expo-modules-core/android/src/main/java');
  const read = (name: string) =>
    readFileSync(join(folder, `expo/modules/core/interfaces/${name}.java`), 'utf8');
  expect(read('ApplicationLifecycleListener')).toContain('void onCreate(Application application)');
  expect(read('ReactActivityLifecycleListener')).toContain('boolean onNewIntent(Intent intent)');
  const hooks = read('Package');
  expect(hooks).toContain('createApplicationLifecycleListeners(Context context)');
  expect(hooks).toContain('createReactActivityLifecycleListeners(Context activityContext)');
});

describe.skipIf(isMissing)('an intent of another app', () => {
  let jvm: Jvm;
  const startIn = (properties: Record<string, string>) => {
    if ('missing' in kotlin) throw new Error(kotlin.missing);
    const { toolchain, arrivalsClasses: classes } = kotlin;
    return startJvm({
      toolchain,
      classes,
      main: 'dev.modelshelf.proof.ArrivalsMainKt',
      properties,
    });
  };
  beforeEach(() => {
    jvm = startIn({ 'manifest.has': 'dev.modelshelf.RECEIVES_FILES' });
  });
  afterEach(() => jvm.kill());

  const start = (sent: Sent) => jvm.call('start', ...argsOf(sent));
  const startAgain = (sent: Sent) => jvm.call('startAgain', ...argsOf(sent));
  const newIntent = (sent: Sent) => jvm.call('newIntent', ...argsOf(sent));
  const take = () => jvm.call('take');

  it('brings a file that is opened or shared, to an app that starts and to one that runs', async () => {
    expect(await start({ action: 'VIEW', address: FILE })).toBe(FILE);
    expect(await take()).toEqual([FILE]);
    expect(await start({ action: 'SEND', streams: [FILE] })).toBe(FILE);
    expect(await newIntent({ action: 'SEND', streams: [OTHER] })).toBe(OTHER);
    expect(await take()).toEqual([FILE, OTHER]);
    expect(await take()).toEqual([]);
  });

  it('brings several files, each once, and is reported to JavaScript by the first', async () => {
    expect(await newIntent({ action: 'SEND_MULTIPLE', streams: [FILE, OTHER, FILE] })).toBe(FILE);
    expect(await take()).toEqual([FILE, OTHER]);
  });

  it('is found by a router that asks later, because React Native was not ready for it', async () => {
    await start({ action: 'MAIN' });
    await newIntent({ action: 'SEND', streams: [FILE] });
    expect(await jvm.call('initial')).toBe(FILE);
  });

  it('brings nothing when the system makes the screen again, or opens it from the recent apps', async () => {
    const opened: Sent = { action: 'VIEW', address: FILE };
    const shared: Sent = { action: 'SEND', streams: [FILE] };
    for (const sent of [opened, shared]) {
      expect(await startAgain(sent)).toBeNull();
      expect(await start({ ...sent, flags: FROM_HISTORY })).toBeNull();
    }
    expect(await take()).toEqual([]);
  });

  it('brings again what a person opens again', async () => {
    await start({ action: 'VIEW', address: FILE });
    await take();
    await newIntent({ action: 'VIEW', address: FILE });
    expect(await take()).toEqual([FILE]);
  });

  it.each([
    'file:///data/data/dev.modelshelf.app/files/models/fox/fox.gguf',
    'content://dev.modelshelf.app.FileSystemFileProvider/files/SQLite/app.db',
    'content://0@dev.modelshelf.app.FileSystemFileProvider/files/SQLite/app.db',
    'content://dev.modelshelf.app/fox.gguf',
    'content:fox.gguf',
    'http://example.com/fox.gguf',
    'broken',
  ])('brings no file of this app, and nothing that is no file of an app: %s', async (stream) => {
    expect(await start({ action: 'SEND', streams: [stream] })).toBeNull();
    if (/^(?:file|content):/.test(stream)) {
      expect(await start({ action: 'VIEW', address: stream })).toBeNull();
    }
    expect(await newIntent({ action: 'SEND_MULTIPLE', streams: [stream] })).toBeNull();
    expect(await take()).toEqual([]);
  });

  it('brings the files of a list that holds other things, too', async () => {
    expect(await newIntent({ action: 'SEND_MULTIPLE', streams: ['text', FILE] })).toBe(FILE);
    expect(await take()).toEqual([FILE]);
  });

  it('stays as it is in an app that never asked for files', async () => {
    await jvm.kill();
    jvm = startIn({});
    await start({ action: 'MAIN' });
    expect(await newIntent({ action: 'SEND', streams: [FILE] })).toBeNull();
    expect(await startAgain({ action: 'VIEW', address: FILE })).toBe(FILE);
    expect(await take()).toEqual([]);
  });

  it('stays as it is when it is about no file', async () => {
    const link = 'modelshelf://add?repo=owner/name&file=fox.gguf';
    expect(await start({ action: 'VIEW', address: link })).toBe(link);
    expect(await startAgain({ action: 'VIEW', address: link })).toBe(link);
    expect(await newIntent({ action: 'VIEW', address: link })).toBe(link);
    expect(await newIntent({ action: 'SEND', streams: [] })).toBeNull();
    expect(await take()).toEqual([]);
  });
});
