import { describe, expect, it } from 'vitest';

import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import { readFileAddress, readWebAddress } from './fileAddress';

const FILE = 'https://huggingface.co/org/repo/resolve/main/file.gguf';
const MIRROR = 'https://host.example/artifactory/hub';
const read = (written: string, hubEndpoint = DEFAULT_HUB_ENDPOINT) =>
  readFileAddress(written, hubEndpoint);

describe('readFileAddress', () => {
  it.each([
    FILE,
    ` ${FILE}\r\n`,
    `${FILE}?download=true`,
    `${FILE}#top`,
    'https://huggingface.co/org/repo/blob/main/file.gguf',
    'https://huggingface.co/org/repo/blob/main/file.gguf?library=x',
    'https://huggingface.co/org/repo/raw/main/file.gguf',
    'http://huggingface.co/org/repo/blob/main/file.gguf',
    'https://hf.co/org/repo/blob/main/file.gguf',
    'https://www.huggingface.co/org/repo/resolve/main/file.gguf',
    'huggingface.co/org/repo/blob/main/file.gguf',
    'hf.co/org/repo/resolve/main/file.gguf',
  ])('takes %j for the file that it shows', (written) => {
    expect(read(written)).toEqual({ url: FILE });
  });

  it.each([
    ['gpt2/blob/main/a/b.gguf', 'gpt2/resolve/main/a/b.gguf'],
    ['datasets/o/r/blob/v1/a.gguf', 'datasets/o/r/resolve/v1/a.gguf'],
    ['o/r/blob/refs%2Fpr%2F1/a%20b.gguf', 'o/r/resolve/refs%2Fpr%2F1/a%20b.gguf'],
    ['o/r/resolve/main/blob/x/a.gguf', 'o/r/resolve/main/blob/x/a.gguf'],
  ])('understands %s', (written, meant) => {
    const hub = `${DEFAULT_HUB_ENDPOINT}/`;
    expect(read(hub + written)).toEqual({ url: hub + meant });
    const mirror = `${MIRROR}/`;
    expect(read(mirror + written, MIRROR)).toEqual({ url: mirror + meant });
  });

  it.each([
    'https://huggingface.co/org/repo/tree/main',
    'https://huggingface.co/org/repo/tree/main/folder',
    'https://huggingface.co/org/repo',
    'https://huggingface.co/org/repo/blob/main',
    'https://huggingface.co/org/repo/discussions/1',
    'https://huggingface.co/',
    'hf.co/org/repo',
    `${MIRROR}/org/repo/tree/main`,
  ])('says that %s is a page', (written) => {
    expect(read(written, MIRROR).problem).toContain('page');
  });

  it.each([
    ['https://github.com/o/r/blob/main/a.json', 'https://github.com/o/r/raw/main/a.json'],
    ['https://git.corp/g/p/-/blob/main/a.json', 'https://git.corp/g/p/-/raw/main/a.json'],
    ['https://files.corp/a.gguf?sig=1', 'https://files.corp/a.gguf?sig=1'],
    ['https://files.corp/x/y/blob/a.gguf', 'https://files.corp/x/y/blob/a.gguf'],
  ])('reads %s as %s', (written, url) => {
    expect(read(written)).toEqual({ url });
  });

  it.each(['http://files.corp/a', 'ftp://files.corp/a', 'file:///etc/passwd', 'a.gguf', ''])(
    'refuses %j',
    (written) => {
      expect(read(written).problem).toContain('https');
    },
  );

  it('takes http on this computer beside a hub that is here, too, and else says why not', () => {
    const here = 'http://localhost:8000/a.gguf';
    expect(read(here, 'http://127.0.0.1:8090')).toEqual({ url: here });
    expect(read(here).problem).toContain('HF_ENDPOINT');
  });

  it('refuses a name and a password without repeating them', () => {
    const { problem } = read('https://me:secret@huggingface.co/o/r/resolve/main/a');
    expect(problem).toContain('password');
    expect(problem).not.toContain('secret');
  });
});

it('readWebAddress leaves the address of a page as it is', () => {
  const page = 'https://huggingface.co/org/repo/tree/main';
  expect(readWebAddress(` ${page} `, DEFAULT_HUB_ENDPOINT)).toEqual({ url: page });
});
