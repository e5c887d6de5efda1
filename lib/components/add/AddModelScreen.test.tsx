import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  act,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { ModelHubProvider, ModelProvider, ShelfProvider } from 'modelshelf/react';
import { Notices } from 'modelshelf/screen';
import { startModelApp } from '../../ai/startModelApp';
import type { ModelApp } from '../../ai/startModelApp';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { systemClock } from '../../platform/shared/systemClock';
import { createMemoryPlatform, createMemoryWorld } from '../../platform/memory/memoryPlatform';
import type { MemoryWorld } from '../../platform/memory/memoryPlatform';
import type { TextAnswer, TextRequest } from '../../platform/types';
import { ModelError } from '../../errors';
import { COMMIT, HUB, json, refusal } from '../../../tests/discoverFixture';
import { MODEL, WEIGHTS, sha256 } from '../../../tests/modelFixture';
import { NavigationContext } from '../ui/navigation';
import type { Navigation } from '../ui/navigation';
import { AddModelScreen } from './AddModelScreen';

// Each test is a journey of several steps.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 20_000 });

const LICENSE = new TextEncoder().encode('Terms “of use”: be nice.\n');
const WEIGHTS_FILE = {
  ...{ type: 'file', path: 'Tiny-Q8_0.gguf', size: WEIGHTS.byteLength, oid: 'b'.repeat(40) },
  lfs: { oid: sha256(WEIGHTS) },
};
const INFO = {
  ...{ id: 'org/Tiny-GGUF', sha: COMMIT, tags: ['gguf'], downloads: 1234, likes: 5 },
  lastModified: '2026-01-02T00:00:00.000Z',
  cardData: { license: 'apache-2.0', language: ['en'], base_model: 'org/Tiny' },
  gguf: { total: 600_000_000, architecture: 'qwen3', context_length: 4096 },
};

let world: MemoryWorld;
let app: ModelApp;
/** Answers the hub's lists; the repository itself is always there unless a test changes `repository`. */
let list: () => TextAnswer | Promise<TextAnswer>;
let repository: (request: TextRequest) => TextAnswer;
let opened: string[];

const usual = ({ url }: TextRequest): TextAnswer => {
  if (url.includes('/tree/')) return json([WEIGHTS_FILE]);
  if (url.includes('/paths-info/')) {
    return json([{ ...WEIGHTS_FILE, securityFileStatus: { status: 'safe' } }]);
  }
  return json(INFO);
};

beforeEach(async () => {
  world = createMemoryWorld();
  list = () => json([INFO]);
  repository = usual;
  opened = [];
  world.web.answerText = (request) =>
    request.url.includes('/api/models?') ? list() : repository(request);
  world.web.files.set(`${HUB}/org/Tiny-GGUF/resolve/${COMMIT}/Tiny-Q8_0.gguf`, WEIGHTS);
  const memory = () => Promise.resolve({ totalBytes: 8e9, availableBytes: undefined });
  const database = await createInMemoryDatabase();
  const parts = { world, database, clock: systemClock, host: { memory } };
  app = await startModelApp(createMemoryPlatform(parts), {
    random: () => 0,
    offered: { models: [MODEL], problems: [] },
  });
});
afterEach(() => app.close());

function show(parameters: Navigation['parameters'] = {}): void {
  const { host, manager, registry } = app.shelf;
  const services = {
    ...{ host, manager, models: registry, catalogProblems: [], selection: app.selection },
  };
  const navigation: Navigation = {
    ...{ path: '/settings/models/add', parameters },
    open: (route) => void opened.push(route),
    ...{ RouteLink: ({ children }) => children, WindowTitle: () => null, reload: () => undefined },
  };
  render(
    <PaperProvider>
      <NavigationContext value={navigation}>
        <ShelfProvider shelf={app.shelf}>
          <ModelProvider services={services}>
            <ModelHubProvider hub={app.hub}>
              <Notices>
                <AddModelScreen />
              </Notices>
            </ModelHubProvider>
          </ModelProvider>
        </ShelfProvider>
      </NavigationContext>
    </PaperProvider>,
  );
}

const box = () => screen.getByLabelText('Words, a name or an address');
const write = (text: string) => fireEvent.changeText(box(), text);
const enter = () => fireEvent(box(), 'submitEditing');
const press = async (name: string | RegExp) => {
  await act(async () => {
    fireEvent.press(screen.getByRole('button', { name }));
    return Promise.resolve();
  });
};
const row = () => screen.findByRole('button', { name: /^org\/Tiny-GGUF, / });

describe('the search', () => {
  it('tells what can be written, and finds what is popular', async () => {
    show();
    expect(screen.getByText('What you can write')).toBeOnTheScreen();
    expect(screen.getByText('hf:Qwen/Qwen3-0.6B-GGUF:Q8_0')).toBeOnTheScreen();
    await press('Show what is popular');
    await row();
    expect(screen.getByText('1 repository')).toBeOnTheScreen();
    expect(screen.queryByText('What you can write')).toBeNull();
  });

  it('asks after a pause in typing, and shows the facts of what it found', async () => {
    show();
    write('tiny');
    expect(screen.getByText('Searching…')).toBeOnTheScreen();
    const { props } = await row();
    expect((props as Record<string, unknown>)['accessibilityLabel']).toBe(
      'org/Tiny-GGUF, 600M parameters, 1,234 downloads a month, changed 2 Jan 2026, apache-2.0',
    );
  });

  it('tells when nothing was found', async () => {
    list = () => json([]);
    show();
    write('nothing');
    enter();
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
    list = answer;
    show();
    write('tiny');
    enter();
    await screen.findByText(words);
    if (words.includes('wait')) return;
    list = () => json([INFO]);
    await press('Try again');
    await row();
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
    list = () => pages.shift() ?? json([]);
    show();
    write('org');
    enter();
    await screen.findByText('2 repositories, and there are more');
    await press('Show more');
    await screen.findByText('3 repositories');
    expect(
      screen.getByRole('button', { name: /^org\/Third-GGUF, Access on request, / }),
    ).toBeOnTheScreen();
    fireEvent.press(within(screen.getByLabelText('Only models that')).getByText('Sees pictures'));
    expect(screen.getByText('1 repository of the 3 that were found')).toBeOnTheScreen();
    expect(screen.queryByRole('button', { name: /^org\/Tiny/ })).toBeNull();
  });
});

describe('an address', () => {
  it('of a repository is opened by Enter, without a search', async () => {
    list = () => {
      throw new Error('nothing is searched');
    };
    show();
    write(`${HUB}/org/Tiny-GGUF/blob/main/Tiny-Q8_0.gguf`);
    expect(
      screen.getByRole('button', { name: 'Open org/Tiny-GGUF, Tiny-Q8_0.gguf' }),
    ).toBeOnTheScreen();
    enter();
    await screen.findByRole('button', { name: 'Add and download' });
  });

  it.each([
    ['https://example.com/model.gguf', 'This file isn’t at Hugging Face'],
    ['https://example.com/page', 'This address can’t be used'],
  ])('that can’t be used tells why: %s', (text, words) => {
    show();
    write(text);
    enter();
    expect(screen.getByText(words)).toBeOnTheScreen();
  });
});

describe('an opened repository', () => {
  const open = async () => {
    show();
    write('org/Tiny-GGUF');
    enter();
    return screen.findByRole('button', { name: 'Add and download' });
  };

  it('shows its facts and its versions, the recommended one chosen, and adds that one', async () => {
    await open();
    for (const fact of [
      'apache-2.0',
      '600M',
      '1,234 in 30 days',
      '2 Jan 2026',
      'org/Tiny',
      'English',
    ]) {
      expect(screen.getByText(fact)).toBeOnTheScreen();
    }
    expect(screen.getByText('Hugging Face has found nothing')).toBeOnTheScreen();
    const version = screen.getByRole('radio', { name: /^Q8_0, .*recommended/ });
    expect(version).toBeChecked();
    await press('Add and download');
    await waitFor(() => expect(opened).toEqual(['/settings/models?model=tiny-q8-0']));
    await waitFor(() =>
      expect(app.shelf.getSnapshot().states['tiny-q8-0']?.kind).toBe('installed'),
    );
    const [added] = app.shelf.added.getSnapshot().models;
    expect(added).toMatchObject({ origin: 'hub', model: { provenance: { commit: COMMIT } } });
  });

  it('is added without a download', async () => {
    await open();
    await press('Add to the shelf');
    await screen.findByText('Tiny Q8_0 is on the shelf');
    expect(app.shelf.getSnapshot().states['tiny-q8-0']?.kind).toBe('absent');
    expect(world.web.log).toEqual([]);
  });

  it('shows a licence with terms of its own before the first byte, and goes on once it is accepted', async () => {
    const file = { type: 'file', path: 'LICENSE', size: LICENSE.byteLength, oid: 'd'.repeat(40) };
    const text = new TextDecoder().decode(LICENSE);
    const gemma = { ...INFO, cardData: { license: 'gemma' } };
    repository = (request) => {
      const { url } = request;
      if (url.includes('/tree/')) return json([WEIGHTS_FILE, file]);
      if (url.endsWith('/LICENSE')) {
        return { status: 200, text, headers: { 'content-type': 'text/plain' } };
      }
      return url.includes('/revision/') ? json(gemma) : usual(request);
    };
    await open();
    await press('Add and download');
    const dialog = within(await screen.findByLabelText('Licence of Tiny Q8_0'));
    await dialog.findByText(/be nice/);
    expect(
      world.web.log.filter(({ sentBytes, url }) => sentBytes > 0 && url.endsWith('.gguf')),
    ).toEqual([]);
    expect(app.shelf.getSnapshot().states['tiny-q8-0']?.kind).toBe('absent');
    await press('Accept and download');
    await waitFor(() =>
      expect(app.shelf.getSnapshot().states['tiny-q8-0']?.kind).toBe('installed'),
    );
    expect(await app.shelf.licenses.list()).toMatchObject([
      { modelId: 'tiny-q8-0', license: 'gemma', textSha256: sha256(LICENSE) },
    ]);
  });

  it('tells what its owner asks for where access is on request', async () => {
    const cardData = {
      ...INFO.cardData,
      extra_gated_fields: { 'Company ‮': 'text', Country: 'country' },
    };
    repository = (request) =>
      request.url.includes('/revision/')
        ? json({ ...INFO, gated: 'manual', cardData })
        : usual(request);
    await open();
    expect(screen.getByText(/its owner decides. The owner asks for: Country\. /)).toBeOnTheScreen();
    expect(
      screen.getByRole('link', { name: /^Ask for access to org\/Tiny-GGUF/ }),
    ).toBeOnTheScreen();
  });

  it('that was deleted says so, and so does one that goes while it is open', async () => {
    repository = () => refusal(404, { 'x-error-code': 'RepoNotFound' });
    show();
    write('org/Tiny-GGUF');
    enter();
    await screen.findByText('This repository isn’t there any more');
    repository = usual;
    await press('Try again');
    await screen.findByRole('button', { name: 'Add and download' });
    world.web.files.clear();
    await press('Add and download');
    // Everything about it is known, so that only its download tells.
    await waitFor(() =>
      expect(app.shelf.getSnapshot().states['tiny-q8-0']).toMatchObject({
        failure: { code: 'HTTP_NOT_FOUND' },
      }),
    );
  });

  it('lists what can’t be used with the reason, and warns of what the malware scan found', async () => {
    const pte = { ...WEIGHTS_FILE, path: 'tiny_8da4w.pte' };
    repository = (request) => {
      if (request.url.includes('/tree/')) return json([WEIGHTS_FILE, pte]);
      if (request.url.includes('/paths-info/')) {
        return json([{ path: 'Tiny-Q8_0.gguf', securityFileStatus: { status: 'unsafe' } }]);
      }
      return usual(request);
    };
    await open();
    expect(screen.getAllByText(/say that this file isn’t safe/)).toHaveLength(1);
    await press('1 that can’t be used here');
    expect(screen.getByText(/which this device doesn’t run/)).toBeOnTheScreen();
  });
});

describe('a link', () => {
  it('opens the repository that it names, with its file, and downloads nothing', async () => {
    show({ repo: 'org/Tiny-GGUF', file: 'Tiny-Q8_0.gguf', url: 'https://evil.example' });
    await screen.findByRole('button', { name: 'Add and download' });
    expect(world.web.log).toEqual([]);
    expect(app.shelf.added.getSnapshot().models).toEqual([]);
  });

  it.each([
    [{ repo: '../..' }],
    [{ repo: ['org/a', 'org/b'] }],
    [{ repo: 'org/a', file: '../x.gguf' }],
  ])('of another form is refused: %j', async (parameters) => {
    let asked = 0;
    world.web.answerText = () => {
      asked += 1;
      return refusal(404);
    };
    show(parameters);
    await screen.findByText('This link names no model');
    expect(asked).toBe(0);
  });

  it('names a file that isn’t there', async () => {
    show({ repo: 'org/Tiny-GGUF', file: 'Other.gguf' });
    await screen.findByText('The repository has no Other.gguf. Choose another version.');
  });
});
