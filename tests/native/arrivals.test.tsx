/** A model file that another app opens with this one, or shares to it: the whole app, on each system. */
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { act, configure, screen, waitFor } from '@testing-library/react-native';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from 'react-native';
import { startHub } from '../hub/server';
import type { Hub } from '../hub/server';
import { endAllTransfers } from './fakes/backgroundDownloader';
import { forgetDatabases } from './fakes/expoSqlite';
import { phone } from './fakes/phone';
import { openAddress, startWithAddress } from './fakes/reactNative';
import { startApp, startAppWith } from './startApp';

const IS_IOS = Platform.OS === 'ios';
const IS_HERE = /is here$/;

jest.setTimeout(90_000);
configure({ asyncUtilTimeout: 30_000 });

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ repos: [] });
  process.env['EXPO_PUBLIC_HF_ENDPOINT'] = hub.endpoint;
});
beforeEach(() => {
  endAllTransfers();
  forgetDatabases();
  phone.reset();
  phone.system = IS_IOS ? 'ios' : 'android';
  startWithAddress(null);
});
afterAll(async () => {
  phone.dispose();
  await hub.close();
});

const folder = () => join(phone.documents(), IS_IOS ? 'Inbox' : '../OtherApp');

/** Another app gives a file; `write` puts it at a path. The address by which the system tells of it. */
function give(name: string, write: (path: string) => void): string {
  mkdirSync(folder(), { recursive: true });
  const path = join(folder(), name);
  write(path);
  // As iOS writes it: not the path by which the app names its documents.
  if (IS_IOS) return `file:///private${path}`;
  const address = `content://com.example.files/${name}`;
  phone.lentFiles.set(address, path);
  phone.arrived.push(address);
  return address;
}

const model = (path: string) => copyFileSync('assets/bundled/tiny-demo.gguf', path);
const open = (address: string) => act(() => openAddress(address));

/** What remains of the files that were given: a person's own on Android, none of the copies on iOS. */
const expectLetGo = (count: number) =>
  waitFor(() => expect(readdirSync(folder())).toHaveLength(IS_IOS ? 0 : count));

it('starts the app on the screen that takes it in, and is imported once', async () => {
  startAppWith(give('fox.gguf', model));
  expect(await screen.findByText(IS_HERE)).toBeOnTheScreen();
  await expectLetGo(1);
  expect(screen.getByRole('button', { name: 'Open a file…' })).toBeOnTheScreen();
});

it('is taken in while another screen is open, with others that come at once, each with its own result', async () => {
  startApp();
  await screen.findByText('Choose a model');
  const first = give('fox.gguf', model);
  give('letter.gguf', (path) => writeFileSync(path, 'Dear reader,'));
  open(first);
  open(first);
  expect(await screen.findByText(IS_HERE)).toBeOnTheScreen();
  expect(await screen.findByText('This is not a model')).toBeOnTheScreen();
  expect(screen.getAllByRole('button', { name: /^Close / })).toHaveLength(2);
  await expectLetGo(2);
  open(first);
  await act(async () => Promise.resolve());
  expect(screen.getAllByRole('button', { name: /^Close / })).toHaveLength(2);
});

if (IS_IOS) {
  it('is taken in by the next app, where one was ended before it was', async () => {
    give('fox.gguf', model);
    startApp('/settings/models/add');
    expect(await screen.findByText(IS_HERE)).toBeOnTheScreen();
    await expectLetGo(0);
  });
} else {
  it('says that it can’t be read, where Android doesn’t lend it any more', async () => {
    const address = give('fox.gguf', model);
    phone.lentFiles.delete(address);
    startAppWith(address);
    expect(await screen.findByText('The disk refused')).toBeOnTheScreen();
  });
}

it('is not taken from a link, which stays a link', async () => {
  const hidden = join(phone.documents(), 'hidden.gguf');
  startApp();
  await screen.findByText('Choose a model');
  model(hidden);
  open(`modelshelf://add?file=${encodeURIComponent(`file://${hidden}`)}`);
  await screen.findByRole('button', { name: 'Open a file…' });
  expect(screen.queryByText(IS_HERE)).toBeNull();
  expect(screen.queryByRole('button', { name: /^(?:Close|Cancel) / })).toBeNull();
  expect(existsSync(hidden)).toBe(true);
});
