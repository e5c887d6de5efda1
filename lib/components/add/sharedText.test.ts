import { expect, test } from 'vitest';

import { readHubAddress } from '../../ai/discover/hubAddress';
import { sharedText } from './sharedText';

const HUB = 'https://huggingface.co';
const REPOSITORY = `${HUB}/owner/name-GGUF`;

test.each([
  [{ url: REPOSITORY, title: 'A page' }, REPOSITORY],
  [{ text: `See ${REPOSITORY}\nfor more`, title: 'A page' }, REPOSITORY],
  [{ text: 'small models', title: '' }, 'small models'],
  [{ link: 'web+modelshelf://add?repo=owner/name-GGUF' }, 'modelshelf://add?repo=owner/name-GGUF'],
  [{ repo: 'owner/name' }, undefined],
  [{ text: ['two', 'texts'] }, undefined],
])('of %j the box gets %j', (parameters, text) => {
  expect(sharedText(parameters)).toBe(text);
});

test('a shared page and a link of the scheme lead to the repository', () => {
  const expected = { kind: 'repository', repository: 'owner/name-GGUF' };
  for (const parameters of [
    { text: `See ${REPOSITORY}` },
    { link: 'web+modelshelf://add?repo=owner/name-GGUF' },
  ]) {
    const text = sharedText(parameters) ?? '';
    expect(readHubAddress(text, HUB)).toMatchObject(expected);
  }
});
