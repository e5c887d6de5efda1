/** What a phone says of itself, and what its platform is made of. */
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { expectCode } from '../../../tests/conformance/expectFailure';
import { endAllTransfers } from '../../../tests/native/fakes/backgroundDownloader';
import { restartDevice, tellOfDevice } from '../../../tests/native/fakes/expoDevice';
import { forgetDatabases } from '../../../tests/native/fakes/expoSqlite';
import { unlinkModelFiles } from '../../../tests/native/fakes/modelFiles';
import { phone } from '../../../tests/native/fakes/phone';
import { linkNative, tellApp } from '../../../tests/native/fakes/reactNative';
import type { HostEvent } from '../types';
import { createNativePlatform } from './createNativePlatform';

beforeEach(() => {
  phone.reset();
  endAllTransfers();
  forgetDatabases();
});
afterAll(() => {
  phone.dispose();
});

describe('the platform of a phone', () => {
  it('says what it is, and nothing that tells whose it is', async () => {
    const { host, environment, close } = await createNativePlatform('ios');
    expect(host).toMatchObject({
      kind: 'ios',
      runtimes: ['executorch', 'llama.cpp'],
      deviceName: 'Phone 1, iOS 17.0',
    });
    expect(await host.memory()).toEqual({
      totalBytes: 6 * 1024 ** 3,
      availableBytes: undefined,
    });
    expect(environment).toEqual({
      hubEndpoint: 'https://huggingface.co',
      catalogText: undefined,
    });
    await close();
  });

  it('takes the address and the root of its catalog from the build', async () => {
    vi.stubEnv('EXPO_PUBLIC_CATALOG_ROOT', '{"signed":"…"}');
    const only = await createNativePlatform('ios');
    expect(only.environment.catalogTrust).toBeUndefined();
    await only.close();
    vi.stubEnv('EXPO_PUBLIC_CATALOG_URL', 'https://models.example/catalog.json');
    const { environment, close } = await createNativePlatform('ios');
    vi.unstubAllEnvs();
    expect(environment).toMatchObject({
      catalogUrl: 'https://models.example/catalog.json',
      catalogTrust: { rootText: '{"signed":"…"}', allowsUnsigned: false },
    });
    await close();
  });

  it.each([
    ['CELLULAR', true],
    ['WIFI', false],
    ['NONE', undefined],
  ] as const)('says of the network %s whether it is metered: %s', async (network, isMetered) => {
    const { host, close } = await createNativePlatform('android');
    phone.changeNetwork(network);
    expect(host.isMetered?.()).toBe(isMetered);
    await close();
  });

  it('hears of the background, of memory that runs short, and of nothing after it stopped listening', async () => {
    const { host, close } = await createNativePlatform('android');
    const heard: HostEvent[] = [];
    const stop = host.subscribe((event) => heard.push(event));
    tellApp('change', 'inactive');
    tellApp('change', 'background');
    tellApp('memoryWarning');
    tellApp('change', 'active');
    expect(heard).toEqual(['hidden', 'memory-pressure', 'shown']);
    stop();
    tellApp('memoryWarning');
    expect(heard).toHaveLength(3);
    await close();
  });

  it('names one start of the system alike for two starts of the app, and the next differently', async () => {
    const first = await createNativePlatform('ios');
    const second = await createNativePlatform('ios');
    expect(second.host.bootId).toBe(first.host.bootId);
    restartDevice();
    const third = await createNativePlatform('ios');
    expect(third.host.bootId).not.toBe(first.host.bootId);
    for (const { close } of [first, second, third]) await close();
  });

  it.each([
    [null, null],
    [-1, -1],
    [0, 0],
    [NaN, NaN],
  ])(
    'leaves out memory of %s, and trusts a start of the app less that has been up for %s',
    async (memoryBytes, upMs) => {
      tellOfDevice(memoryBytes, upMs);
      for (const space of [-1, NaN, 2 ** 64]) {
        phone.freeBytes = space;
        const { host, files, close } = await createNativePlatform('android');
        expect(await host.memory()).toEqual({ totalBytes: undefined, availableBytes: undefined });
        expect(host.bootId).toMatch(/^unknown-\d+$/);
        expect(await files.freeBytes()).toBeUndefined();
        await close();
      }
      tellOfDevice(6 * 1024 ** 3, 3_600_000);
    },
  );

  it('lets a screen and a background task of the app exclude each other', async () => {
    const screen = await createNativePlatform('ios');
    const task = await createNativePlatform('ios');
    let waited = false;
    await screen.peers.withLock('model/qwen', async () => {
      const giveUp = new AbortController();
      const onWait = () => {
        waited = true;
        giveUp.abort();
      };
      const inVain = task.peers.withLock('model/qwen', () => Promise.resolve(), {
        onWait,
        signal: giveUp.signal,
      });
      await inVain.catch(() => undefined);
    });
    expect(waited).toBe(true);
    await screen.close();
    await task.close();
  });

  it.each([
    ['RNLlama', 'executorch'],
    ['RnExecutorch', 'llama.cpp'],
  ])('runs one kind of build less in an app that was built without %s', async (name, other) => {
    const linked = linkNative(name, false);
    const { host, engines, close } = await createNativePlatform('ios');
    linked.restore();
    expect([host.runtimes, Object.keys(engines)]).toEqual([[other], [other]]);
    await close();
  });

  it.each([
    ['llama.rn', 'executorch'],
    ['react-native-executorch', 'llama.cpp'],
  ])('starts where %s isn’t installed', async (name, other) => {
    vi.doMock(name, () => {
      throw new Error('not installed');
    });
    const { host, engines, close } = await createNativePlatform('ios');
    vi.doUnmock(name);
    expect([host.runtimes, Object.keys(engines)]).toEqual([[other], [other]]);
    await close();
  });

  it('refuses to start in an app that was built without any engine', async () => {
    const linked = ['RNLlama', 'RnExecutorch'].map((name) => linkNative(name, false));
    await expectCode(createNativePlatform('ios'), 'UNSUPPORTED');
    for (const { restore } of linked) restore();
  });

  it('refuses to start in an app that was built without its native module', async () => {
    unlinkModelFiles();
    await expectCode(createNativePlatform('android'), 'UNSUPPORTED');
  });
});
