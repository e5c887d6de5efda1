import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  ADDED,
  createAddedScene,
  kindOf,
  LICENSE_URL,
  type AddedScene,
} from '../../../tests/addedScene';
import { ENDPOINT, sha256 } from '../../../tests/modelFixture';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import type { SqlDatabase } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { licenseWantsAcceptance } from '../registry/licenseTerms';

const TEXT = 'You may use it, if you are naïve.\n';
const digestOf = (text: string) => sha256(new TextEncoder().encode(text));
const LICENSED: LlmModelConfig = { ...ADDED, license: 'Own Terms', needsAcceptance: true };
const unaccepted = {
  code: 'LICENSE_UNACCEPTED',
  details: { modelId: 'own-q4', license: 'Own Terms' },
};

let database: SqlDatabase;
let scene: AddedScene;
let asked: string[];
beforeAll(async () => {
  database = await createInMemoryDatabase();
});
beforeEach(async () => {
  scene = await createAddedScene(database);
  asked = [];
  serve(TEXT);
});
afterEach(() => scene.dispose());

/** The text at the licence's address from now on. */
function serve(text: string, contentType = 'text/plain'): void {
  scene.world.web.answerText = ({ url }) => {
    asked.push(url);
    const isHere = url === LICENSE_URL;
    const headers = { 'content-type': contentType };
    return isHere ? { status: 200, text, headers } : { status: 404, text: '', headers: {} };
  };
}

async function openWith(model: LlmModelConfig, options?: Parameters<AddedScene['open']>[0]) {
  const shelf = await scene.open(options);
  await shelf.add(model, 'hub');
  return shelf;
}

describe('a licence that wants acceptance', () => {
  it('stands before the first byte, and leaves the model as it was', async () => {
    const shelf = await openWith(LICENSED);
    await expect(shelf.ensure('own-q4')).rejects.toMatchObject(unaccepted);
    await expect(shelf.adopt('own-q4', '/elsewhere')).rejects.toMatchObject(unaccepted);
    await expect(shelf.repair('own-q4')).rejects.toMatchObject(unaccepted);
    expect(scene.world.web.log).toEqual([]);
    expect(kindOf(shelf, 'own-q4')).toBe('absent');
    expect([...scene.world.disk.files.keys()]).toEqual([]);
  });

  it('is shown with the digest of its text, and kept with it and the date', async () => {
    const shelf = await openWith(LICENSED);
    const question = await shelf.licenses.ask('own-q4');
    const textSha256 = digestOf(TEXT);
    expect(question).toEqual({ modelId: 'own-q4', name: 'Own Terms', text: TEXT, textSha256 });
    await shelf.licenses.accept('own-q4', textSha256);
    await shelf.ensure('own-q4');
    expect(kindOf(shelf, 'own-q4')).toBe('installed');
    const acceptedAt = scene.clock.nowMs();
    const accepted = { modelId: 'own-q4', license: 'Own Terms', textSha256, acceptedAt };
    expect(await (await scene.open()).licenses.list()).toEqual([accepted]);
  });

  it('is not asked about again, in another tab or after the model went', async () => {
    const shelf = await openWith(LICENSED);
    await shelf.licenses.accept('own-q4', digestOf(TEXT));
    await shelf.forget('own-q4');
    const other = await openWith(LICENSED);
    expect(await other.licenses.ask('own-q4')).toBeUndefined();
    await other.ensure('own-q4');
  });

  it('is asked about again when its text has changed', async () => {
    const shelf = await openWith(LICENSED);
    await shelf.licenses.accept('own-q4', digestOf(TEXT));
    serve(`${TEXT}And pay.\n`);
    await expect(shelf.ensure('own-q4')).rejects.toMatchObject(unaccepted);
    expect(await shelf.licenses.ask('own-q4')).toMatchObject({ text: `${TEXT}And pay.\n` });
  });

  it('is not asked about for an installed model', async () => {
    const shelf = await openWith(LICENSED);
    await shelf.licenses.accept('own-q4', digestOf(TEXT));
    await shelf.ensure('own-q4');
    serve('Another text.');
    asked = [];
    await shelf.ensure('own-q4');
    expect(asked).toEqual([]);
  });

  it('is a refusal of the plan, as long as it isn’t accepted, and costs no request', async () => {
    const shelf = await openWith(LICENSED);
    expect((await shelf.plan('own-q4')).refusals).toEqual([unaccepted]);
    await shelf.licenses.accept('own-q4', digestOf(TEXT));
    expect((await shelf.plan('own-q4')).refusals).toEqual([]);
    expect(asked).not.toContain(LICENSE_URL);
  });

  it('is the name and the page of a model that states no text', async () => {
    const { licenseText: _, ...textless } = LICENSED;
    const shelf = await openWith(textless);
    const question = await shelf.licenses.ask('own-q4');
    expect(question?.text).toBe(`Own Terms\n${ENDPOINT}/you/own\n`);
    await shelf.licenses.accept('own-q4', question?.textSha256 ?? '');
    await shelf.ensure('own-q4');
  });

  it('leaves nothing of its text in the store', async () => {
    const shelf = await openWith(LICENSED);
    await shelf.licenses.ask('own-q4');
    expect([...scene.world.disk.files.keys()]).toEqual([]);
  });
});

describe('a stated digest of the text', () => {
  const stating = (text: string) => ({
    ...LICENSED,
    licenseText: { url: LICENSE_URL, sha256: digestOf(text) },
  });

  it('lets an accepted licence through without a request', async () => {
    const shelf = await openWith(stating(TEXT));
    await shelf.licenses.accept('own-q4', digestOf(TEXT));
    await shelf.ensure('own-q4');
    expect(asked).not.toContain(LICENSE_URL);
  });

  it('refuses another text, whatever was accepted', async () => {
    const shelf = await openWith(stating('The first text.'));
    await expect(shelf.licenses.ask('own-q4')).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
      details: { fileName: 'LICENSE', expected: digestOf('The first text.') },
    });
  });
});

describe('what is no licence', () => {
  it.each([
    ['a page of a network that wants a sign-in', 'Welcome!', 'text/html; charset=utf-8'],
    ['an empty text', ' \n', 'text/plain'],
  ])('is never shown as one: %s', async (_, text, contentType) => {
    serve(text, contentType);
    const shelf = await openWith(LICENSED);
    await expect(shelf.licenses.ask('own-q4')).rejects.toMatchObject({ code: 'NOT_A_MODEL' });
    await expect(shelf.ensure('own-q4')).rejects.toMatchObject({ code: 'NOT_A_MODEL' });
    expect(scene.world.web.log).toEqual([]);
  });

  it('is a text that isn’t there', async () => {
    const shelf = await openWith({
      ...LICENSED,
      licenseText: { url: LICENSE_URL.replace('LICENSE', 'gone') },
    });
    await expect(shelf.ensure('own-q4')).rejects.toMatchObject({ code: 'HTTP_NOT_FOUND' });
  });
});

it('needs no person where the caller accepts all, or this text', async () => {
  const all = await openWith(LICENSED, { acceptedLicenses: 'all' });
  expect((await all.plan('own-q4')).refusals).toEqual([]);
  await all.ensure('own-q4');
  await all.remove('own-q4');
  const one = await scene.open({ acceptedLicenses: [digestOf(TEXT)] });
  await one.ensure('own-q4');
  await one.remove('own-q4');
  const other = await scene.open({ acceptedLicenses: [digestOf('Another.')] });
  await expect(other.ensure('own-q4')).rejects.toMatchObject(unaccepted);
  expect(await other.licenses.list()).toEqual([]);
});

it.each([
  ...['llama3.2', 'llama2', 'gemma', 'bigcode-openrail-m', 'Llama 3.2 Community License'],
  ...[
    'Gemma Terms of Use',
    'Qwen RESEARCH LICENSE AGREEMENT',
    'fair-noncommercial-research-license',
  ],
])('%s has terms to accept', (license) => {
  expect(licenseWantsAcceptance(license)).toBe(true);
});

it.each(['apache-2.0', 'mit', 'cc-by-nc-4.0', 'bsd-3-clause', 'other', 'not stated', ''])(
  '%s has none',
  (license) => {
    expect(licenseWantsAcceptance(license)).toBe(false);
  },
);
