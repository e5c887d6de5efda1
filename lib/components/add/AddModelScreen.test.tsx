import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react-native';
import { ModelError } from '../../errors';
import { HUB, json, refusal } from '../../../tests/discoverFixture';
import { createAddScene, INFO, WEIGHTS, WEIGHTS_URL } from '../../../tests/addFixture';
import type { AddScene } from '../../../tests/addFixture';

// Each test is a journey of several steps.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 20_000 });

/** The repository in the list of the found ones. */
const ROW = /^Tiny-GGUF/;

let scene: AddScene;
beforeEach(async () => {
  scene = await createAddScene();
});
afterEach(() => scene.app.close());

describe('the search', () => {
  it('tells what can be written, and finds what is popular', async () => {
    scene.show();
    expect(screen.getByText('What you can write')).toBeOnTheScreen();
    expect(screen.getByText('hf:Qwen/Qwen3-0.6B-GGUF:Q8_0')).toBeOnTheScreen();
    await scene.press('Show what is popular');
    await screen.findByRole('button', { name: ROW });
    expect(screen.getByText('1 repository')).toBeOnTheScreen();
    expect(screen.queryByText('What you can write')).toBeNull();
  });

  it('asks after a pause in typing, and shows the facts of what it found', async () => {
    scene.show();
    scene.write('tiny');
    expect(screen.getByText('Searching…')).toBeOnTheScreen();
    const row = within(await screen.findByRole('button', { name: ROW }));
    expect(row.getByText('by org')).toBeOnTheScreen();
    const facts = '600M parameters · 1,234 downloads a month · changed 2 Jan 2026 · apache-2.0';
    expect(row.getByText(facts)).toBeOnTheScreen();
  });

  it('tells when nothing was found', async () => {
    scene.list = () => json([]);
    scene.show();
    scene.write('nothing');
    scene.enter();
    await screen.findByText(/^Nothing was found that this device can run/);
  });

  it.each([
    [
      'without a connection',
      () => Promise.reject(new ModelError('NET_OFFLINE', { host: 'huggingface.co' })),
      'No connection',
    ],
    [
      'while the hub wants to be left alone',
      () => refusal(429, { 'retry-after': '120' }),
      'huggingface.co asks us to wait for 2 min.',
    ],
    ['after an answer that is a page', () => ({ ...json({}), text: '<p>' }), 'This is not a model'],
  ])('can be tried again %s', async (_, answer, words) => {
    scene.list = answer;
    scene.show();
    scene.write('tiny');
    scene.enter();
    await screen.findByText(words);
    if (words.includes('wait')) return;
    scene.list = () => json([INFO]);
    await scene.press('Try again');
    await screen.findByRole('button', { name: ROW });
    expect(screen.queryByText(words)).toBeNull();
  });

  it('shows only models with an ability, and adds the next page', async () => {
    const next = `<${HUB}/api/models?cursor=2>; rel="next"`;
    const pages = [
      json([INFO, { ...INFO, id: 'org/Eyes-GGUF', pipeline_tag: 'image-text-to-text' }], {
        link: next,
      }),
      json([{ ...INFO, id: 'org/Third-GGUF', gated: 'manual' }]),
    ];
    scene.list = () => pages.shift() ?? json([]);
    scene.show();
    scene.write('org');
    scene.enter();
    await screen.findByText('2 repositories, and there are more');
    await scene.press('Show more');
    await screen.findByText('3 repositories');
    const third = within(screen.getByRole('button', { name: 'Third-GGUF' }));
    expect(third.getByText('Access on request')).toBeOnTheScreen();
    fireEvent.press(within(screen.getByLabelText('Only models that')).getByText('Sees pictures'));
    expect(screen.getByText('1 repository of the 3 that were found')).toBeOnTheScreen();
    expect(screen.queryByRole('button', { name: ROW })).toBeNull();
  });
});

describe('an address', () => {
  it('of a repository is opened by Enter, without a search', async () => {
    scene.list = () => {
      throw new Error('nothing is searched');
    };
    scene.show();
    scene.write(`${HUB}/org/Tiny-GGUF/blob/main/Tiny-Q8_0.gguf`);
    expect(
      screen.getByRole('button', { name: 'Open org/Tiny-GGUF, Tiny-Q8_0.gguf' }),
    ).toBeOnTheScreen();
    scene.enter();
    await screen.findByRole('button', { name: 'Add and download' });
  });

  it('of a file elsewhere is looked at; a server that states no digest isn’t vouched for', async () => {
    const url = 'https://example.com/tiny.gguf';
    scene.world.web.files.set(url, WEIGHTS);
    scene.show();
    scene.write(url);
    expect(screen.getByText(/a file at example\.com\. Enter looks at it/)).toBeOnTheScreen();
    scene.enter();
    await screen.findByText(/^Its server states no digest/);
    await scene.press('Add and download');
    await waitFor(() => expect(scene.opened).toHaveLength(1));
    const [{ model, origin } = {}] = scene.app.shelf.added.getSnapshot().models;
    expect(origin).toBe('address');
    expect(model?.ggufSource).toMatchObject({ kind: 'remote', url });
    expect(scene.opened[0]).toContain(model?.modelId);
  });

  it.each([
    ['https://example.com/tiny.gguf', false],
    ['https://example.com/tiny.gguf?X-Amz-Signature=abc', true],
  ])('says what is kept of a key or a signature: %s', async (url, isTold) => {
    scene.world.web.files.set(url, WEIGHTS);
    scene.show();
    scene.write(url);
    scene.enter();
    await screen.findByText(/^Its server states no digest/);
    expect(screen.queryAllByText(/is in lists that you export/)).toHaveLength(isTold ? 1 : 0);
  });

  it('of a file elsewhere that isn’t there says so', async () => {
    scene.show();
    scene.write('https://example.com/nothing.gguf');
    scene.enter();
    await screen.findByRole('button', { name: 'Try again' });
    expect(screen.getByText('There is no such file')).toBeOnTheScreen();
    expect(scene.app.shelf.added.getSnapshot().models).toEqual([]);
  });

  it('of a page elsewhere tells why it can’t be used', () => {
    scene.show();
    scene.write('https://example.com/page');
    scene.enter();
    expect(screen.getByText('This address can’t be used')).toBeOnTheScreen();
  });
});

describe('a link', () => {
  it('opens the repository that it names, with its file, and downloads only its header', async () => {
    scene.show({ repo: 'org/Tiny-GGUF', file: 'Tiny-Q8_0.gguf', url: 'https://evil.example' });
    await screen.findByText('Architecture');
    expect(scene.world.web.log).toMatchObject([{ url: WEIGHTS_URL }]);
    expect(scene.app.shelf.added.getSnapshot().models).toEqual([]);
  });

  it.each([
    [{ repo: '../..' }],
    [{ repo: ['org/a', 'org/b'] }],
    [{ repo: 'org/a', file: '../x.gguf' }],
  ])('of another form is refused: %j', async (parameters) => {
    let asked = 0;
    scene.world.web.answerText = () => {
      asked += 1;
      return refusal(404);
    };
    scene.show(parameters);
    await screen.findByText('This link names no model');
    expect(asked).toBe(0);
  });

  it('names a file that isn’t there', async () => {
    scene.show({ repo: 'org/Tiny-GGUF', file: 'Other.gguf' });
    await screen.findByText('The repository has no Other.gguf. Choose another version.');
  });
});
