import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { configure, screen, waitFor, within } from '@testing-library/react-native';
import { COMMIT, json, refusal } from '../../../tests/discoverFixture';
import { createAddScene, INFO, usualAnswer, WEIGHTS_FILE } from '../../../tests/addFixture';
import type { AddScene } from '../../../tests/addFixture';
import { sha256 } from '../../../tests/modelFixture';

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
    await scene.press('Try again');
    await screen.findByRole('button', { name: 'Add and download' });
    scene.world.web.files.clear();
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
