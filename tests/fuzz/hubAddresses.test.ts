import assert from 'node:assert/strict';

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { isRepositoryName, isRevision } from '../../lib/ai/discover/addressParts';
import { readAddLink } from '../../lib/ai/discover/addLink';
import { readHubAddress } from '../../lib/ai/discover/hubAddress';
import { CASES, createHarmless } from './harmless';
import { hostileText } from './hostile';

const HUBS = ['https://huggingface.co', 'https://mirror.example/a/hub', 'http://127.0.0.1:8090'];
const PARTS = [
  ...[
    'hf:',
    'hf://',
    'https://',
    'http://',
    'HTTPS://',
    'modelshelf://',
    'huggingface.co',
    'hf.co',
  ],
  ...[
    'mirror.example/a/hub',
    '127.0.0.1:8090',
    'evil.example',
    'me:secret@',
    '/',
    '//',
    '\\',
    ':',
    '@',
  ],
  ...['org/name', 'Qwen/Qwen3-0.6B-GGUF', 'datasets/', 'api/models/', 'models', 'Q4_K_M', 'main'],
  ...[
    '/blob/',
    '/resolve/',
    '/tree/',
    '/raw/',
    '/commit/',
    'refs/pr/1',
    'refs%2Fpr%2F1',
    '..',
    '%2e%2e',
  ],
  ...[
    'm-Q4_K_M.gguf',
    'm.pte',
    '?download=true',
    '?show_file_info=',
    '?search=',
    '#L1',
    '&',
    '+',
    ' ',
  ],
  ...[
    'add?',
    'settings/models/add?',
    'repo=org/name',
    '&file=m.gguf',
    '%zz',
    '%00',
    '\u202e',
    '\ud800',
  ],
];
const written = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(fc.constantFrom(...PARTS), { maxLength: 9 }).map((all) => all.join('')),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...PARTS), hostileText), { maxLength: 6 })
      .map((all) => all.join('')),
  },
  { weight: 1, arbitrary: hostileText },
);

it('reads whatever is pasted into the box, and only means addresses that stay at the hub', ({
  task,
}) => {
  const harmless = createHarmless('hubAddresses');
  const property = fc.property(written, fc.constantFrom(...HUBS), (text, hub) => {
    const address = harmless.run(() => readHubAddress(text, hub));
    if (address === undefined) throw new Error('it never throws');
    if (address.kind === 'words')
      expect(encodeURIComponent(address.words).length).toBeLessThan(2_000);
    if (address.kind === 'elsewhere') expect(address.url).toMatch(/^https:|^http:\/\/127\.0\.0\.1/);
    if (address.kind !== 'repository') return;
    const { repository, revision, path } = address;
    assert.ok(isRepositoryName(repository));
    assert.ok(isRevision(revision));
    const api = `${hub}/api/models/${repository}/revision/`;
    const asked = new URL(api + encodeURIComponent(revision)).href;
    assert.ok(asked.startsWith(api));
    assert.doesNotMatch(asked.slice(api.length), /[/?#]/);
    assert.notEqual(path, '');
  });
  fc.assert(property, { numRuns: CASES.hubAddresses });
  harmless.finish(task);
}, 120_000);

const RIGHT = ['org/name', 'a.b/c_d-e', 'm-Q4_K_M.gguf', 'sub/m.pte'];
const parameter = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...RIGHT, undefined) },
  { weight: 1, arbitrary: fc.constantFrom('../x.gguf', 'a/../b.gguf', null, 7, ['org/name'], {}) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...PARTS), { maxLength: 4 }).map((all) => all.join('')),
  },
  { weight: 1, arbitrary: hostileText },
);

it('opens a link only for a repository and a model file by the strict pattern', ({ task }) => {
  const harmless = createHarmless('addLinks');
  const parameters = fc.record({ repo: parameter, file: parameter, revision: parameter });
  const property = fc.property(parameters, (stated) => {
    const link = harmless.run(() => readAddLink(stated));
    if (link === undefined) return;
    expect(link).toMatchObject({ repository: stated.repo, path: stated.file, revision: 'main' });
    expect(link.repository).toMatch(/^[\w.-]+\/[\w.-]+$/);
    if (link.path !== undefined) {
      expect(link.path).toMatch(/^[\w.+/-]+\.(gguf|pte)$/i);
      expect(link.path.split('/')).not.toContain('..');
      expect(link.path.startsWith('/')).toBe(false);
    }
  });
  fc.assert(property, { numRuns: CASES.addLinks });
  harmless.finish(task);
}, 120_000);
