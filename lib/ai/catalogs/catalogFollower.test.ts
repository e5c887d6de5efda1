/** A catalog that is fetched from its address, over HTTP, as phones do it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, it } from 'vitest';

import {
  catalogOf,
  createSigner,
  rootOf,
  sha256,
  signatureFile,
  signText,
  statementOf,
} from '../../../tests/signedCatalogs';
import { createAcceptedCatalogStore, type AcceptedCatalogStore } from '../../db/acceptedCatalogs';
import { migrate } from '../../db/migrations';
import { createNodePlatform } from '../../platform/node/nodePlatform';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import type { Platform } from '../../platform/types';
import { createRegistry, type Registry } from '../registry/registry';
import { createCatalogFollower } from './catalogFollower';

const signer = createSigner();
const root = signText(rootOf({ keys: [signer], catalogKeys: [signer] }), [signer]);

const successor = createSigner();
const nextPlan = { version: 2, firstRoot: sha256(root.signed), keys: [signer] };
const next = signText(rootOf({ ...nextPlan, catalogKeys: [successor] }), [signer]);
/** In place of an answer: the connection ends. */
const CUT = 'cut';

let server: Server;
let served: Record<string, string>;
let asked: string[];
let platform: Platform;
let registry: Registry;
let store: AcceptedCatalogStore;

function serve(text: string, version: number, isRenewed = false): void {
  const statement = statementOf({ firstRoot: sha256(root.signed), catalogText: text, version });
  const roots = isRenewed ? [root, next] : [root];
  const signed = signText(statement, [isRenewed ? successor : signer]);
  served = {
    '/models.json?to=phone': text,
    '/models.signature.json?to=phone': signatureFile(roots, signed),
  };
}

beforeEach(async () => {
  asked = [];
  served = {};
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const text = served[url];
    if (text === CUT) response.socket?.destroy();
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  platform = createNodePlatform({
    ...{ modelsFolder: '/nowhere', hubEndpoint: origin },
    catalogUrl: `${origin}/models.json?to=phone`,
    catalogTrust: { rootText: JSON.stringify(root), allowsUnsigned: false },
  });
  const database = await createInMemoryDatabase();
  await migrate(database);
  store = createAcceptedCatalogStore(database);
  registry = createRegistry([]);
});
afterEach(async () => {
  await platform.close();
  server.close();
});

const names = () => registry.getModels().map(({ displayName }) => displayName);
const follower = () => createCatalogFollower({ ...platform, registry, store, problems: [] });
const refresh = () => follower().refresh();

it('offers the models of a trusted catalog, and remembers it', async () => {
  serve(catalogOf('First'), 1);
  expect(await refresh()).toEqual([]);
  expect(names()).toEqual(['First']);
  expect(asked).toEqual(['/models.signature.json?to=phone', '/models.json?to=phone']);
  expect(await store.find(sha256(root.signed))).toMatchObject({ catalogText: catalogOf('First') });
  serve(catalogOf('Second'), 2);
  expect(await refresh()).toEqual([]);
  expect(names()).toEqual(['Second']);
});

it('keeps what was trusted when another catalog comes, or none', async () => {
  serve(catalogOf('First'), 1);
  await refresh();
  served['/models.json?to=phone'] = catalogOf('Evil!');
  expect(await refresh()).toEqual([
    { modelId: undefined, reason: 'It isn’t the text that was signed.', trust: 'refused' },
  ]);
  const told: number[] = [];
  const catalog = follower();
  catalog.subscribe(() => told.push(catalog.getProblems().length));
  await catalog.refresh();
  expect(told).toEqual([1]);
  served = {};
  expect(await refresh()).toEqual([]);
  expect(names()).toEqual(['First']);
});

it('rejects where the network fails, and changes nothing', async () => {
  server.close();
  await expect(refresh()).rejects.toMatchObject({ code: 'NET_OFFLINE' });
  expect(names()).toEqual([]);
});

it('learns from the signature that a key was replaced, although the catalog never arrives', async () => {
  serve(catalogOf('First'), 1);
  await refresh();
  serve(catalogOf('Second'), 2, true);
  served['/models.json?to=phone'] = CUT;
  await expect(refresh()).rejects.toMatchObject({ code: 'NET_INTERRUPTED' });
  expect(names()).toEqual(['First']);
  serve(catalogOf('Evil'), 3);
  expect(await refresh()).toMatchObject([
    { reason: 'Its root is older than one that was accepted before.' },
  ]);
  expect(names()).toEqual(['First']);
  serve(catalogOf('Second'), 2, true);
  expect(await refresh()).toEqual([]);
  expect(names()).toEqual(['Second']);
});
