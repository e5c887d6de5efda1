import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react-native';
import { COMMIT, json, refusal } from '../../../tests/discoverFixture';
import {
  createAddScene,
  INFO,
  usualAnswer,
  WEIGHTS,
  WEIGHTS_FILE,
  WEIGHTS_URL,
} from '../../../tests/addFixture';
import type { AddScene } from '../../../tests/addFixture';
import { modelWith } from '../../../tests/importFixture';
import { MODEL, sha256 } from '../../../tests/modelFixture';
import { ENGINE_ARCHITECTURES } from '../../ai/runtimes/architectureNames';
import { buildsOf } from '../../ai/runtimes/notation';
import { ModelError } from '../../errors';
import { script } from '../../platform/memory/memoryWeb';

// Each test is a journey of several steps.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 20_000 });

let scene: AddScene;
beforeEach(async () => {
  scene = await createAddScene();
});
afterEach(() => scene.app.close());

const LICENSE = new TextEncoder().encode('Terms “of use”: be nice.\n');

describe('an opened repository', () => {
  const open = async () => {
    scene.show();
    scene.write('org/Tiny-GGUF');
    scene.enter();
    await screen.findByRole('button', { name: 'Add and download' });
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
    const version = screen.getByRole('radio', { name: /^Q8_0, / });
    expect(within(version).getByText('Recommended')).toBeOnTheScreen();
    expect(version).toBeChecked();
    await scene.press('Add and download');
    await waitFor(() => expect(scene.opened).toEqual(['/settings/models?model=tiny-q8-0']));
    await waitFor(() =>
      expect(scene.app.shelf.getSnapshot().states['tiny-q8-0']?.kind).toBe('installed'),
    );
    const [added] = scene.app.shelf.added.getSnapshot().models;
    expect(added).toMatchObject({ origin: 'hub', model: { provenance: { commit: COMMIT } } });
  });

  it('is added without a download', async () => {
    await open();
    await scene.press('Add to the shelf');
    await screen.findByText('Tiny Q8_0 is on the shelf');
    expect(scene.app.shelf.getSnapshot().states['tiny-q8-0']?.kind).toBe('absent');
    expect([...scene.world.disk.files.keys()]).toEqual([]);
  });

  it('shows a licence with terms of its own before the first byte, and goes on once it is accepted', async () => {
    const file = { type: 'file', path: 'LICENSE', size: LICENSE.byteLength, oid: 'd'.repeat(40) };
    const text = new TextDecoder().decode(LICENSE);
    const gemma = { ...INFO, cardData: { license: 'gemma' } };
    scene.repository = (request) => {
      const { url } = request;
      if (url.includes('/tree/')) return json([WEIGHTS_FILE, file]);
      if (url.endsWith('/LICENSE')) {
        return { status: 200, text, headers: { 'content-type': 'text/plain' } };
      }
      return url.includes('/revision/') ? json(gemma) : usualAnswer(request);
    };
    await open();
    await scene.press('Add and download');
    const dialog = within(await screen.findByLabelText('Licence of Tiny Q8_0'));
    await dialog.findByText(/be nice/);
    expect([...scene.world.disk.files.keys()]).toEqual([]);
    expect(scene.app.shelf.getSnapshot().states['tiny-q8-0']?.kind).toBe('absent');
    await scene.press('Accept and download');
    await waitFor(() =>
      expect(scene.app.shelf.getSnapshot().states['tiny-q8-0']?.kind).toBe('installed'),
    );
    expect(await scene.app.shelf.licenses.list()).toMatchObject([
      { modelId: 'tiny-q8-0', license: 'gemma', textSha256: sha256(LICENSE) },
    ]);
  });

  it('tells what its owner asks for where access is on request', async () => {
    const cardData = {
      ...INFO.cardData,
      extra_gated_fields: { 'Company ‮': 'text', Country: 'country' },
    };
    scene.repository = (request) =>
      request.url.includes('/revision/')
        ? json({ ...INFO, gated: 'manual', cardData })
        : usualAnswer(request);
    await open();
    expect(screen.getByText(/its owner decides. The owner asks for: Country\. /)).toBeOnTheScreen();
    expect(screen.getByRole('link', { name: /for access to org\/Tiny-GGUF/ })).toBeOnTheScreen();
  });

  it('that was deleted says so, and so does one that goes while it is open', async () => {
    scene.repository = () => refusal(404, { 'x-error-code': 'RepoNotFound' });
    scene.show();
    scene.write('org/Tiny-GGUF');
    scene.enter();
    await screen.findByText('This repository isn’t there any more');
    scene.repository = usualAnswer;
    scene.world.web.files.clear();
    await scene.press('Try again');
    await screen.findByText(/^The beginning of the file couldn’t be read/);
    await scene.press('Add and download');
    await screen.findByText(/^It wasn’t added\. /);
    expect(scene.app.shelf.added.getSnapshot().models).toEqual([]);
  });

  it('lists what can’t be used with the reason, and warns of what the malware scan found', async () => {
    const pte = { ...WEIGHTS_FILE, path: 'tiny_8da4w.pte' };
    scene.repository = (request) => {
      if (request.url.includes('/tree/')) return json([WEIGHTS_FILE, pte]);
      if (request.url.includes('/paths-info/')) {
        return json([{ path: 'Tiny-Q8_0.gguf', securityFileStatus: { status: 'unsafe' } }]);
      }
      return usualAnswer(request);
    };
    await open();
    expect(screen.getAllByText(/say that this file isn’t safe/)).toHaveLength(1);
    await scene.press('1 that can’t be used here');
    expect(screen.getByText(/which this device doesn’t run/)).toBeOnTheScreen();
  });
});

describe('the header of the chosen version', () => {
  const HEADER_URL = WEIGHTS_URL.replace('Q8_0', 'Q4_0');
  const smaller = { ...WEIGHTS_FILE, path: 'Tiny-Q4_0.gguf', size: WEIGHTS.byteLength };
  const verdict = async () => {
    await screen.findByText('Architecture');
  };
  const expectAdd = () => expect(screen.getByRole('button', { name: 'Add and download' }));
  /** Keeps the next answer to a range back until it is let go. */
  const hold = () => {
    let letGo = () => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    script(scene.world.web, WEIGHTS_URL, { kind: 'hold', afterBytes: 0, until });
    return () => letGo();
  };
  const open = async () => {
    scene.show({ repo: 'org/Tiny-GGUF' });
    await screen.findByRole('button', { name: 'Add and download' });
  };
  const withTwo = () => {
    scene.repository = (request) =>
      request.url.includes('/tree/') ? json([WEIGHTS_FILE, smaller]) : usualAnswer(request);
  };
  const reopen = async (options: Parameters<typeof createAddScene>[0]) => {
    await scene.app.close();
    scene = await createAddScene(options);
  };

  it('is read while the dialog is open, by one range, and not again when it is added', async () => {
    const letGo = hold();
    await open();
    expect(screen.getByText('Reading the beginning of the file…')).toBeOnTheScreen();
    expect(screen.getByText(/^Fits: .*, by the size of its files$/)).toBeOnTheScreen();
    letGo();
    await verdict();
    expect(screen.getByText('llama')).toBeOnTheScreen();
    expect(screen.getAllByText(/^Fits: .*, with 2,048 tokens of a chat$/)).not.toHaveLength(0);
    expect(screen.getByText(/for its weights, .* for 2,048 tokens of a chat, /)).toBeOnTheScreen();
    expect(scene.world.web.log).toHaveLength(1);
    const asked = jest.spyOn(scene.world.web, 'answerText');
    await scene.press('Add to the shelf');
    await screen.findByText('Tiny Q8_0 is on the shelf');
    expect(scene.world.web.log).toHaveLength(1);
    const urls = asked.mock.calls.map(([{ url }]) => url);
    expect(urls.filter((url) => url === WEIGHTS_URL)).toHaveLength(0);
    const [added] = scene.app.shelf.added.getSnapshot().models;
    expect(buildsOf(added?.model ?? MODEL)[0]?.memoryFacts).toBeDefined();
  });

  it('of another choice is read in its place: the first reading is called off', async () => {
    withTwo();
    scene.world.web.files.set(HEADER_URL, WEIGHTS);
    hold();
    await open();
    fireEvent.press(screen.getByRole('radio', { name: /^Q4_0, / }));
    await verdict();
    expect(scene.world.web.log.map(({ url }) => url)).toEqual([WEIGHTS_URL, HEADER_URL]);
    // The first one was called off, so that it is read anew.
    fireEvent.press(screen.getByRole('radio', { name: /^Q8_0, / }));
    await waitFor(() => expect(scene.world.web.log).toHaveLength(3));
    await verdict();
    fireEvent.press(screen.getByRole('radio', { name: /^Q4_0, / }));
    await verdict();
    expect(scene.world.web.log).toHaveLength(3);
  });

  it('refuses an architecture that the engine doesn’t know, before it can be added', async () => {
    const version = ENGINE_ARCHITECTURES['wllama']?.version ?? '';
    await reopen({ engine: { engineName: 'wllama', engineVersion: version } });
    const fox = { 'fox.block_count': 1, 'fox.embedding_length': 8, 'fox.context_length': 128 };
    const bytes = modelWith({ 'general.architecture': 'fox', ...fox });
    scene.world.web.files.set(WEIGHTS_URL, bytes);
    const file = { ...WEIGHTS_FILE, size: bytes.byteLength, lfs: { oid: sha256(bytes) } };
    scene.repository = (request) =>
      request.url.includes('/tree/') ? json([file]) : usualAnswer(request);
    await open();
    await screen.findByText(new RegExp(`“fox”, which wllama ${version} doesn’t know yet`));
    expectAdd().toBeDisabled();
    expect(screen.getByRole('button', { name: 'Add to the shelf' })).toBeDisabled();
    expect(screen.queryByText('Recommended')).toBeNull();
    expect(
      screen.getByText('The repository has no build that this device runs.'),
    ).toBeOnTheScreen();
  });

  it('that can’t be read is told in a sentence, and prevents nothing', async () => {
    const error = new ModelError('NET_INTERRUPTED', { host: 'huggingface.co' });
    script(scene.world.web, WEIGHTS_URL, { kind: 'fail', error });
    await open();
    await screen.findByText(/couldn’t be read \(The connection broke\); adding it reads it again/);
    expect(screen.getByText(/by the size of its files$/)).toBeOnTheScreen();
    await scene.press('Add to the shelf');
    await screen.findByText('Tiny Q8_0 is on the shelf');
    expect(scene.world.web.log).toHaveLength(2);
  });

  it('of a gated repository without access is left for later', async () => {
    const headers = { 'x-error-code': 'GatedRepo' };
    script(scene.world.web, WEIGHTS_URL, { kind: 'answer', status: 401, headers });
    scene.repository = (request) =>
      request.url.includes('/revision/') ? json({ ...INFO, gated: 'auto' }) : usualAnswer(request);
    await open();
    await screen.findByText('It can be looked at once its owner has given access.');
    expectAdd().toBeEnabled();
  });

  it('takes a recommendation back that it contradicts', async () => {
    // Enough for the file and what an engine usually takes, and not for this engine.
    const costs = { ownBytes: 4e8, batchTokens: 128 };
    await reopen({ memoryBytes: 4.5e8, engine: { costs } });
    const letGo = hold();
    await open();
    expect(screen.getByText('Recommended')).toBeOnTheScreen();
    letGo();
    await screen.findByText(/was recommended by the size of its files\. .* probably too large/);
    expect(screen.queryByText('Recommended')).toBeNull();
    expect(screen.getByText(/^Even the smallest build .* is too large/)).toBeOnTheScreen();
    // It is the person's decision, as on the shelf.
    expectAdd().toBeEnabled();
  });
});
