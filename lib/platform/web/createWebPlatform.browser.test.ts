import { beforeEach, describe, expect, inject, it } from 'vitest';

import { expectCode } from '../../../tests/conformance/expectFailure';
import { createHubControl } from '../../../tests/conformance/hubControl';
// For what `inject` gives.
import type {} from '../../../tests/hub/globalSetup';
import { createManualClock } from '../memory/manualClock';
import { createWebPlatform } from './createWebPlatform';
import { createWllamaEngine } from './engine/wllamaEngine';
import { readWebEnvironment } from './webEnvironment';
import { readText } from './files/webFetch';
import { llamaCppOf } from '../../../tests/llmFixture';

const { endpoint } = inject('hub');
const NEVER = new AbortController().signal;
const hub = createHubControl({ ...inject('hub') });

/** Makes the server of the app answer `body` for one file. */
const serve = (name: string, body: string, contentType = 'application/json') =>
  hub.order({
    match: `${name}$`,
    fault: { status: 200, body, headers: { 'content-type': contentType } },
  });

describe('the environment of the app', () => {
  beforeEach(() => hub.forget());

  it('is the public hub and no catalog where the server has neither file', async () => {
    expect(await readWebEnvironment(endpoint)).toEqual({
      hubEndpoint: 'https://huggingface.co',
      catalogText: undefined,
    });
  });

  it('is the public hub where the server answers any address with the page', async () => {
    await serve('.json', '<!doctype html><title>App</title>', 'text/html; charset=utf-8');
    expect(await readWebEnvironment(endpoint)).toEqual({
      hubEndpoint: 'https://huggingface.co',
      catalogText: undefined,
    });
  });

  it('is the public hub when the server is gone while the page is still here', async () => {
    const environment = await readWebEnvironment('http://127.0.0.1:9');
    expect(environment.hubEndpoint).toBe('https://huggingface.co');
  });

  it('takes the hub’s origin from config.json, without a trailing slash', async () => {
    await serve('config.json', '{ "hfEndpoint": "http://127.0.0.1:8090/" }');
    expect((await readWebEnvironment(endpoint)).hubEndpoint).toBe('http://127.0.0.1:8090');
  });

  it.each(['{ "hfEndpoint": "file:///etc" }', '{ "hfEndpoint": 5 }', '[', 'null'])(
    'refuses to guess what config.json %j means',
    async (text) => {
      await serve('config.json', text);
      await expectCode(readWebEnvironment(endpoint), 'INTERNAL');
    },
  );

  it('hands the catalog on as it is', async () => {
    await serve('catalog.json', '{ "version": 1, "models": [] }');
    const { catalogText } = await readWebEnvironment(endpoint);
    expect(catalogText).toBe('{ "version": 1, "models": [] }');
  });

  it.each([
    ['before the head', { holdHead: true }],
    ['inside a file', { status: 200, body: '{ "hfEndpoint"', stallAfter: 5 }],
  ] as const)(
    'waits for ten seconds, not for ever, when the server falls silent %s',
    async (_, fault) => {
      const clock = createManualClock();
      await hub.order({ match: '.json$', bytesOf: 'text', fault });
      const reading = readWebEnvironment(endpoint, clock);
      await hub.untilHeld(2);
      // What has come may be on its way to the page still, and begins the wait anew.
      let environment: unknown;
      void reading.then((read) => (environment = read));
      while (environment === undefined) {
        clock.advance(10_000);
        await new Promise((resolve) => setTimeout(resolve));
      }
      expect(environment).toEqual({
        hubEndpoint: 'https://huggingface.co',
        catalogText: undefined,
      });
    },
  );

  it('reads no more of a file than it may, and says that there was more', async () => {
    const read = (text: string) =>
      readText(new Response(text), { maxBytes: 4, onProgress: () => undefined }, NEVER);
    expect(await read('1234')).toEqual({ text: '1234', isWhole: true });
    expect((await read('12345')).isWhole).toBe(false);
  });
});

describe('the platform in a browser', () => {
  it('brings the demo to this browser, remembers it and hears it speak', async () => {
    const platform = await createWebPlatform({ engine: createWllamaEngine() });
    const { files, downloader, database, host } = platform;
    const engine = llamaCppOf(platform);
    // A model of the browser's own comes after it, where there may be one.
    expect([host.kind, host.runtimes[0]]).toEqual(['web', 'llama.cpp']);
    expect(host.runtimes.includes('system')).toBe(platform.engines.system !== undefined);
    expect(typeof (await host.requestPersistence())).toBe('boolean');

    const never = new AbortController().signal;
    await downloader.copyBundled('tiny-demo.gguf', 'platform-test/demo.gguf', never);
    await database.batch([{ sql: 'CREATE TABLE IF NOT EXISTS platform_test (id TEXT)' }]);
    const model = await engine.load({ ptePath: 'platform-test/demo.gguf', contextTokens: 512 });
    let text = '';
    const messages = [{ role: 'user', content: 'Hi' }] as const;
    await model.generate(
      { messages, maxTokens: 100, temperature: 0, topP: 1, thinking: false },
      (piece) => (text += piece),
      never,
    );
    expect(text).toContain('tiny demo model');
    await model.unload();

    await files.remove('platform-test');
    await database.batch([{ sql: 'DROP TABLE platform_test' }]);
    await platform.close();
    await expectCode(database.all({ sql: 'SELECT 1' }), 'DB_FAILED');
    await expectCode(files.list(''), 'INTERNAL');
  }, 60_000);

  it('contacts nobody but its own server', () => {
    const resources = performance.getEntriesByType('resource');
    const hosts = new Set(resources.map(({ name }) => new URL(name).host));
    // The hub stood in for the app's server in the tests above.
    for (const known of [location.host, new URL(endpoint).host, '127.0.0.1:9', '']) {
      hosts.delete(known);
    }
    expect([...hosts]).toEqual([]);
  });
});
