/** `modelshelf catalog` as a process, and what `download:models` then does with the catalog that it signed. */
import { createPublicKey, verify } from 'node:crypto';
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { commandScene } from '../../tests/commandScene';

const scene = commandScene();
let at: (name: string) => string;

beforeEach(() => {
  at = (name) => join(scene.folder, name);
});

const catalog = (...args: string[]) =>
  scene.ended(scene.start({ name: 'modelshelf', args: ['catalog', ...args] }));

async function keygen(name: string): Promise<string> {
  const { code, out } = await catalog('keygen', at(name));
  expect(code).toBe(0);
  return out.trim();
}

/** A root of one key for roots and one for catalogs. */
async function makeRoot() {
  const rootKey = await keygen('root.key');
  const catalogKey = await keygen('catalog.key');
  const keys = ['--root-key', rootKey, '--catalog-key', catalogKey];
  const made = await catalog('root', at('root.json'), ...keys, '--key', at('root.key'));
  expect(made).toMatchObject({ code: 0, err: '' });
  return { rootKey, catalogKey };
}

const sign = (...args: string[]) =>
  catalog('sign', scene.catalogFile, '--root', at('root.json'), ...args);
const list = (env: Record<string, string> = {}) =>
  scene.run(
    [
      '--runtime',
      'llama.cpp',
      '--catalog',
      scene.catalogFile,
      '--list',
      '--catalog-root',
      at('root.json'),
    ],
    { XDG_STATE_HOME: at('state'), ...env },
  );

describe('modelshelf catalog', () => {
  it('keeps a secret key from other accounts, never replaces it and never prints it', async () => {
    const key = await keygen('root.key');
    const pem = await readFile(at('root.key'), 'utf8');
    expect(((await stat(at('root.key'))).mode & 0o777).toString(8)).toBe('600');
    const again = await catalog('keygen', at('root.key'));
    expect(again.code).toBe(1);
    expect(await readFile(at('root.key'), 'utf8')).toBe(pem);
    await makeRootFrom(key);
    await chmod(at('root.key'), 0o644);
    const open = await sign('--key', at('root.key'));
    expect(open).toMatchObject({ code: 1, out: '' });
    expect(open.err).toContain('chmod 600');
    const secret = pem.split('\n')[1] ?? '';
    expect(secret).toHaveLength(64);
    for (const { out, err } of [again, open]) expect(out + err).not.toContain(secret.slice(20));
  });

  async function makeRootFrom(key: string) {
    const keys = ['--root-key', key, '--catalog-key', key, '--key', at('root.key')];
    expect((await catalog('root', at('root.json'), ...keys)).code).toBe(0);
  }

  it('signs so that Node’s own OpenSSL agrees, over exactly the text that is delivered', async () => {
    const { catalogKey } = await makeRoot();
    expect((await sign('--key', at('catalog.key'))).code).toBe(0);
    const file = JSON.parse(await readFile(at('catalog.signature.json'), 'utf8')) as {
      catalog: { signed: string; signatures: { key: string; signature: string }[] };
    };
    const [made] = file.catalog.signatures;
    expect(made?.key).toBe(catalogKey);
    const der = Buffer.from(`302a300506032b6570032100${catalogKey}`, 'hex');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const signature = Buffer.from(made?.signature ?? '', 'hex');
    expect(verify(null, Buffer.from(file.catalog.signed), key, signature)).toBe(true);
  });

  it('counts the version up, and says whether an app would take the catalog', async () => {
    await makeRoot();
    expect((await sign('--key', at('catalog.key'))).out).toContain('Version 1 ');
    expect((await sign('--key', at('catalog.key'))).out).toContain('Version 2 ');
    const good = await catalog('verify', scene.catalogFile, '--root', at('root.json'));
    expect(good).toMatchObject({ code: 0, err: '' });
    await writeFile(scene.catalogFile, '{"version":2,"models":[]}');
    const bad = await catalog('verify', scene.catalogFile, '--root', at('root.json'), '--json');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toMatchObject({ distrust: 'content' });
  });

  it('signs nothing with a key that the root doesn’t name for catalogs, until another has signed', async () => {
    await makeRoot();
    const { code, out } = await sign('--key', at('root.key'));
    expect(code).toBe(0);
    expect(out).toContain('--add');
    const judged = await catalog('verify', scene.catalogFile, '--root', at('root.json'));
    expect(judged.code).toBe(1);
    expect((await sign('--key', at('catalog.key'), '--add')).out).not.toContain('--add');
    expect((await catalog('verify', scene.catalogFile, '--root', at('root.json'))).code).toBe(0);
  });

  it.each([
    [[]],
    [['sign']],
    [['keygen', 'a', 'b']],
    [['verify', 'catalog.json']],
    [['root', 'r.json', '--root-key', 'xyz']],
    [['sign', 'catalog.json', '--expires', '2020-01-01', '--key', 'k']],
    [['other', 'file']],
  ])('refuses %j as wrong usage', async (args) => {
    const { code, out } = await catalog(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('explains itself', async () => {
    for (const args of [['--help'], ['sign', '--help']]) {
      const { code, out } = await catalog(...args);
      expect(code).toBe(0);
      expect(out).toContain('modelshelf catalog keygen FILE');
    }
  });
});

describe('download:models --catalog-root', () => {
  it('uses a signed catalog, refuses what comes after it unsigned or older, and keeps the last one', async () => {
    await makeRoot();
    const unsigned = await list();
    expect(unsigned.err).toContain('Catalog: It has no signature.');
    expect(unsigned.out).not.toContain('local-small');
    await sign('--key', at('catalog.key'), '--version', '5');
    expect(await list()).toMatchObject({ code: 0, err: '' });
    await writeFile(scene.catalogFile, '{"version":2,"models":[]}');
    await sign('--key', at('catalog.key'), '--version', '4');
    const older = await list();
    expect(older.err).toContain('It is older than the catalog that was accepted before.');
    expect(older.out).toContain('local-small');
    // Another account remembers nothing.
    expect((await list({ XDG_STATE_HOME: at('other') })).err).toBe('');
  });

  it('follows a rotation of the keys, and refuses the old catalog key from then on', async () => {
    await makeRoot();
    await sign('--key', at('catalog.key'));
    expect((await list()).err).toBe('');
    const newKey = await keygen('new.key');
    const step = ['--from', at('root.json'), '--catalog-key', newKey, '--key', at('root.key')];
    expect((await catalog('root', at('root2.json'), ...step)).out).toContain('It is complete.');
    await sign('--root', at('root2.json'), '--key', at('new.key'));
    expect(await list()).toMatchObject({ code: 0, err: '' });
    await sign('--key', at('catalog.key'));
    const { err, out } = await list();
    expect(err).toContain('It isn’t signed by the keys of its publisher.');
    expect(out).toContain('local-small');
  });

  it.each(['damaged', 'missing'])(
    'learns of a replaced key from the signature of a %s catalog, and refuses the old key from then on',
    async (how) => {
      await makeRoot();
      await sign('--key', at('catalog.key'));
      expect((await list()).err).toBe('');
      const old = [await readFile(scene.catalogFile), await readFile(at('catalog.signature.json'))];
      const newKey = await keygen('new.key');
      const step = ['--from', at('root.json'), '--catalog-key', newKey, '--key', at('root.key')];
      await catalog('root', at('root2.json'), ...step);
      await sign('--root', at('root2.json'), '--key', at('new.key'));
      if (how === 'missing') await rm(scene.catalogFile);
      else await writeFile(scene.catalogFile, '{"version":2,"models":[]}');
      const refused = await list();
      expect(refused.err).toContain(how === 'missing' ? 'ENOENT' : 'It isn’t the text');
      expect(refused.out).toContain('local-small');
      await writeFile(scene.catalogFile, old[0] ?? '');
      await writeFile(at('catalog.signature.json'), old[1] ?? '');
      expect((await list()).err).toContain('Its root is older than one that was accepted before.');
    },
  );

  it('says which file is damaged, rather than to forget the roots', async () => {
    await makeRoot();
    await sign('--key', at('catalog.key'));
    await list();
    const folder = at('state/modelshelf/catalogs');
    const [name = ''] = await readdir(folder);
    const roots = join(folder, name.replace('.json', '.roots.json'));
    await writeFile(roots, '{');
    const { code, err } = await list();
    expect(code).toBe(1);
    expect(err).toContain(`${roots} is damaged. Remove it.`);
  });

  it('doesn’t run with a root that can’t be used', async () => {
    await writeFile(at('root.json'), '{}');
    expect(await list()).toMatchObject({ code: 2, out: '' });
  });
});
