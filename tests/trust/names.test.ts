import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, win32 } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { MANIFEST_NAMES } from '../../lib/ai/registry/buildPlaces';
import { parseCatalog } from '../../lib/ai/registry/catalog';
import { loadModels } from '../../lib/ai/registry/loadModels';
import { isModelError } from '../../lib/errors';
import { createNodeFileStore } from '../../lib/platform/node/files/nodeFileStore';
import { storeSegments } from '../../lib/platform/shared/storePath';
import { MODEL } from '../modelFixture';

const UP = ['..', '../', '../..', '../../etc/passwd', 'a/../..', 'a/../../b', './..', '.', './a'];
const ABSOLUTE = ['/', '/etc/passwd', '//server/share', 'C:\\x', 'C:/x', 'c:x', 'D:', '\\\\srv\\s'];
const WINDOWS = [
  '..\\x',
  'a\\..\\..\\x',
  '\\x',
  'a\\b',
  '\\\\?\\C:\\x',
  '\\\\.\\COM1',
  'a:b',
  'a::$DATA',
];
const EMPTY = [
  'a//b',
  'a/',
  '/a/',
  ' ',
  ' a',
  'a ',
  'a.',
  'a..',
  '...',
  'a/ /b',
  'a/. /b',
  'a/.. /b',
];
const RESERVED = [
  'CON',
  'con',
  'PRN',
  'AUX',
  'NUL',
  'nul.txt',
  'COM1',
  'com9.gguf',
  'LPT1',
  'lpt9.a.b',
];
const WILD = ['*', '?', 'a*b', 'a?b', '<', '>', 'a<b', '"', 'a"b', '|', 'a|b', '%2e%2e\\', 'x\\..'];
const CONTROL = [
  '\0',
  'a\0b',
  'a\0.gguf',
  '\n',
  'a\nb',
  '\r',
  'a\rb',
  '\t',
  '\u001b[2J',
  '\u007f',
  '\u009b2J',
];
const INVISIBLE = [
  '\u202egpj.gguf',
  'a\u200bb',
  'a\u200fb',
  '\ufeffa',
  'a\u2066b',
  'a\u2028b',
  'a\u2029b',
];
const DECOMPOSED = ['e\u0301', 'u\u0308.gguf', 'A\u030a', 'o\u0302o'];
const LONG = ['x'.repeat(201), 'x'.repeat(10_000), `${'x/'.repeat(300)}..`];
/** Each way out, alone, after a folder and before one. */
const OUT = ['..', '../x', '..\\x', '/x', 'C:\\x', 'a:b', 'a\0', 'CON', 'a.', ' a', '\u202ea'];
const AFTER = OUT.flatMap((out) => [`a/${out}`, `a/b/${out}`, `a/b/c/${out}`, `.staging/${out}`]);
const BEFORE = OUT.flatMap((out) => [`${out}/a`, `${out}/a/b`, `${out}/../a`, `a/${out}/b`]);
const REPEATED = [2, 3, 5, 8, 16, 32].flatMap((times) => [
  '../'.repeat(times),
  '..\\'.repeat(times),
  `a/${'../'.repeat(times)}x`,
  `${'./'.repeat(times)}x`,
  `${'/'.repeat(times)}x`,
]);
const CORPUS = [
  ...[UP, ABSOLUTE, WINDOWS, EMPTY, RESERVED, WILD, CONTROL, INVISIBLE, DECOMPOSED, LONG].flat(),
  ...[AFTER, BEFORE, REPEATED].flat(),
];
/** Odd, but names like any other: nothing of ours decodes or expands them. */
const HARMLESS = [
  '%2e%2e',
  '..%2fx',
  '..%5cx',
  '%00',
  '~',
  '~root',
  '$HOME',
  '`id`',
  ';x',
  '&x',
  '...x',
];

/** Where a path leads on either kind of system, from a models folder there. */
function leavesFolder(path: string): boolean {
  const outOf = (found: string, root: string) => found !== root && !found.startsWith(root);
  return (
    outOf(posix.resolve('/models', path), '/models/') ||
    outOf(win32.resolve('C:\\models', path), 'C:\\models\\')
  );
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-names-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('S8: a path in the store', () => {
  it('has two hundred hostile examples', () => {
    expect(new Set(CORPUS).size).toBeGreaterThanOrEqual(200);
  });

  it.each(CORPUS)(
    'is refused on every system when it is %j, and nothing is written',
    async (path) => {
      const files = createNodeFileStore(join(folder, 'models'));
      const code = expect.objectContaining({ code: 'NAME_INVALID' });
      expect(() => storeSegments(path)).toThrow(code);
      await expect(files.writeText(path, 'x')).rejects.toThrow(code);
      await expect(files.move('a', path)).rejects.toThrow(code);
      await expect(files.remove(path)).rejects.toThrow(code);
      expect(await readdir(folder, { recursive: true })).toEqual([]);
    },
  );

  it.each(HARMLESS)('stays in the folder, undecoded, when it is %j', async (path) => {
    const files = createNodeFileStore(join(folder, 'models'));
    await files.writeText(path, 'x');
    expect(await readdir(folder, { recursive: true })).toEqual(['models', `models/${path}`]);
  });

  it('never leads out of the folder by the rules of any system', () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      ':',
      'C:',
      'a',
      ' ',
      '\0',
      '%2e',
      '~',
      'CON',
    );
    const path = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 12 })
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(path, (text) => {
        try {
          storeSegments(text);
        } catch (error) {
          return isModelError(error) && error.code === 'NAME_INVALID';
        }
        return text === '' || !leavesFolder(text);
      }),
      { numRuns: 5000 },
    );
  });
});

const catalogOf = (...entries: unknown[]) => JSON.stringify({ version: 1, models: entries });

describe('S8: a name in a catalog', () => {
  it.each(['folderName', 'ggufFileName', 'pteFileName', 'tokenizerFileName'])(
    'drops its entry when %s could lead anywhere',
    (field) => {
      const { models, problems } = parseCatalog(
        catalogOf(
          ...CORPUS.map((name, index) => ({ ...MODEL, modelId: `m${index}`, [field]: name })),
        ),
      );
      expect(models).toEqual([]);
      expect(problems).toHaveLength(CORPUS.length);
    },
  );

  it.each(['.staging', '.trash', '.hidden', ...MANIFEST_NAMES])(
    'is never one of ours: %s',
    (name) => {
      for (const field of ['folderName', 'ggufFileName']) {
        expect(parseCatalog(catalogOf({ ...MODEL, [field]: name })).models).toEqual([]);
      }
    },
  );
});

describe('S9: a model', () => {
  it.each([
    '..',
    '.mm',
    'a/b',
    'CON',
    'Ä',
    'a b',
    '__proto__',
    'a\0',
    '',
    '-a',
    'x'.repeat(10_000),
  ])('has no id such as %j', (modelId) => {
    expect(parseCatalog(catalogOf({ ...MODEL, modelId })).models).toEqual([]);
  });

  it('has a folder of its own, on systems that ignore case as well', () => {
    const name = fc.stringMatching(/^[a-cA-C]{1,2}$/);
    const entry = fc.record({ modelId: fc.stringMatching(/^[a-z]{1,3}$/), folderName: name });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        const catalogText = catalogOf(...entries.map((one) => ({ ...MODEL, ...one })));
        const { models } = loadModels({ hubEndpoint: 'https://huggingface.co', catalogText });
        const folders = models.map(({ folderName }) => folderName.toLowerCase());
        expect(new Set(folders).size).toBe(models.length);
        for (const { folderName } of models)
          expect(folderName).toMatch(/^[^./\\]{1,1}[^/\\]{0,199}$/);
      }),
      { numRuns: 100 },
    );
  });
});

it.each(['weights.exe', 'weights.py', 'weights.pkl', 'weights.bin', 'weights.so', 'weights.html'])(
  'S15: takes no weights called %s, a kind of file that could be run or that runs code when read',
  (name) => {
    expect(parseCatalog(catalogOf({ ...MODEL, ggufFileName: name })).models).toEqual([]);
    expect(parseCatalog(catalogOf({ ...MODEL, pteFileName: name })).models).toEqual([]);
  },
);
