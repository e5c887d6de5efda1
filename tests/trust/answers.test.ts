import { expect, it } from 'vitest';

import type { ModelState } from '../../lib/ai/modelState';
import { noiseContent } from '../hub/content';
import { commitFor } from '../hub/repos';
import { MANY_PIECES } from './nodeScene';
import { PART_BYTES, sceneForEach } from './sceneForEach';
import { addressOf, at, CLOSED, GATED, pinned, REPO, SIZE, tagged } from './served';

const stage = sceneForEach();

const requests = () => stage.hub.log.map(({ origin, status }) => `${origin} ${status}`);
const waits = () =>
  [...stage.scene.shown.values()]
    .flat()
    .filter((state): state is Extract<ModelState, { kind: 'waiting' }> => state.kind === 'waiting')
    .filter(({ reason }) => reason === 'retrying');

it.each([
  [403, 'STORE_REFUSED'],
  [404, 'STORE_REFUSED'],
  [429, 'HTTP_RATE_LIMITED'],
  [500, 'HTTP_SERVER'],
  [502, 'HTTP_SERVER'],
  [503, 'HTTP_SERVER'],
] as const)('N12: lets no byte of a %i page into what is here', async (status, code) => {
  await stage.receivePart();
  stage.onFile({ status, body: 'html' });
  await stage.scene.failure([code]);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: PART_BYTES });
});

it.each([
  ['N13: a sign-in page', 'html', 'onFile'],
  ['N13: a sign-in page in place of the hub', 'html', 'onHub'],
  ['N14: an error in JSON', 'json', 'onFile'],
  ['N14: an error in JSON from the hub', 'json', 'onHub'],
  ['N14: a pointer to the file', 'pointer', 'onFile'],
] as const)(
  '%s with 200 is no model, and costs no byte of what is here',
  async (_, body, where) => {
    await stage.receivePart();
    stage[where]({ status: 200, body });
    await stage.scene.failure(['NOT_A_MODEL']);
    expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: PART_BYTES });
  },
);

it('N15: takes the page about a file for no model', async () => {
  const { hub } = stage;
  const page = addressOf(hub, 'tiny.gguf').replace('/resolve/', '/blob/');
  const config = at(pinned(hub), page);
  await stage.reopen({ models: [config] });
  await stage.scene.failure(['NOT_A_MODEL']);
  await stage.reopen();
});

const CHANGED = noiseContent('trust, uploaded again', 300_000);

/** The tag points at another upload from now on; the earlier one can still be had, or not. */
function uploadAgain(keepsEarlier: boolean): void {
  const commit = commitFor('trust, uploaded again');
  const files = { ...REPO.files, 'tiny.pte': { content: CHANGED, lfs: true } };
  const olderCommits = keepsEarlier ? { [REPO.commit]: REPO.files } : {};
  stage.hub.repos.set(REPO.name, { ...REPO, commit, tags: { v1: commit }, files, olderCommits });
}

it('N16: goes on at the commit where it began when the tag has moved', async () => {
  await stage.reopen({ models: [tagged(stage.hub)], runtime: 'executorch' });
  await stage.receivePart(100_000);
  uploadAgain(true);
  await stage.scene.ensure();
  expect(stage.scene.sentBytes()).toBe(200_000 + 5000);
});

it('N16: never mixes two uploads when the earlier one is gone', async () => {
  await stage.reopen({ models: [tagged(stage.hub)], runtime: 'executorch' });
  await stage.receivePart(100_000);
  uploadAgain(false);
  await stage.scene.failure(['HTTP_NOT_FOUND']);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: 100_000 });
});

it('N17: fetches a file of the right size and the wrong bytes once more, from nothing', async () => {
  stage.onFile({ flipBitsAt: [300_000], headers: { etag: null } }, 1);
  stage.mayStepBack(1);
  await stage.scene.ensure();
  expect(stage.scene.sentBytes()).toBe(2 * SIZE);
});

it('N17: fails when it is wrong twice, and keeps nothing of it', async () => {
  stage.onFile({ flipBitsAt: [300_000], headers: { etag: null } });
  stage.mayStepBack(1);
  await stage.scene.failure(['HASH_MISMATCH']);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: 0 });
  expect(stage.scene.sentBytes()).toBe(2 * SIZE);
});

it.each([
  ['N18: a weak ETag', { etag: 'W/"1"', 'last-modified': null }],
  ['N18: another ETag from each server', { etag: '"another"' }],
  ['N19: no ETag and no date', { etag: null, 'last-modified': null }],
])('%s costs no byte: what the file is, its digest says', async (_, headers) => {
  await stage.receivePart();
  stage.onFile({ headers });
  await stage.scene.ensure();
  expect(stage.scene.sentBytes()).toBe(SIZE - PART_BYTES);
  expect(stage.hub.log.filter((entry) => 'if-range' in entry.headers)).toEqual([]);
});

it('N20: asks for a new signed address when the old one expires, and calls that no failure', async () => {
  const { hub } = stage;
  await stage.reopen({ sizes: MANY_PIECES });
  let asked = 0;
  const expireAtTenth = () => {
    asked += 1;
    if (asked === 10) hub.expireSignatures();
    return false;
  };
  hub.faults.push({ origin: 'cdn', match: expireAtTenth, fault: {} });
  await stage.scene.ensure();
  expect(requests()).toContain('cdn 403');
  expect(requests().filter((request) => request === 'hub 302').length).toBeGreaterThan(1);
  expect(waits()).toEqual([]);
});

it.each([403, 404, 410])(
  'N20: asks the hub for another address when one that it has just given answers %i',
  async (status) => {
    stage.onFile({ status, body: 'html' }, 3);
    await stage.scene.ensure();
    expect(requests().filter((request) => request === 'hub 302')).toHaveLength(4);
    expect(waits().map(({ failure }) => failure?.code)).toEqual(Array(3).fill('STORE_REFUSED'));
  },
);

it.each([
  [403, 'denied'],
  [404, 'absent'],
] as const)(
  'N20: fails when each new address is refused as well (%i), and names the hub',
  async (status, what) => {
    await stage.receivePart();
    stage.onFile({ status, body: 'html' });
    const { details } = await stage.scene.failure(['STORE_REFUSED']);
    expect(details).toEqual({ host: new URL(stage.hub.endpoint).host, what });
    expect(requests().filter((request) => request === 'hub 302')).toHaveLength(6);
  },
);

it.each([
  ['a licence that wasn’t accepted', CLOSED.name, {}, 'HTTP_GATED'],
  ['a token that the hub refuses', GATED.name, { status: 401 }, 'HTTP_DENIED'],
] as const)('N21: asks once, and keeps what is here, at %s', async (_, repo, fault, code) => {
  const { hub } = stage;
  const url = addressOf(hub, 'tiny.gguf', { repo, revision: REPO.commit });
  const config = at(pinned(hub), url);
  const open = { ...CLOSED, name: repo };
  delete open.gated;
  hub.repos.set(repo, open);
  await stage.reopen({ models: [config] });
  hub.faults.push({ origin: 'cdn', times: 1, fault: { cutAfter: PART_BYTES } });
  hub.faults.push({ origin: 'cdn', fault: { status: 500 } });
  await stage.scene.failure(['HTTP_SERVER']);
  hub.reset();
  if ('status' in fault) stage.onHub(fault);
  await stage.scene.failure([code]);
  expect(hub.log).toHaveLength(1);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: PART_BYTES });
  // Nothing but an accepted licence would mend it.
  await stage.reopen();
});

it.each([
  ['repository', 'owner/none', 'v1', 'tiny.pte'],
  ['revision', REPO.name, 'v2', 'tiny.pte'],
  ['file', REPO.name, 'v1', 'none.pte'],
] as const)('N22: says that the %s isn’t there', async (what, repo, revision, path) => {
  const { hub } = stage;
  const url = addressOf(hub, path, { repo, revision });
  const config = { ...tagged(hub), pteSource: { kind: 'remote', url } as const };
  await stage.reopen({ models: [config], runtime: 'executorch' });
  const { details } = await stage.scene.failure(['HTTP_NOT_FOUND']);
  expect(details).toMatchObject({ what });
  await stage.reopen();
});

it('N22: leaves an installed model alone when its repository is gone', async () => {
  const { hub } = stage;
  await stage.scene.ensure();
  await stage.reopen();
  hub.reset();
  hub.repos.clear();
  expect(stage.scene.state()).toMatchObject({ kind: 'installed', sizeBytes: SIZE });
  await stage.scene.ensure();
  await stage.scene.manager.verifyModel(pinned(hub));
  expect(hub.log).toEqual([]);
});

const SECOND = 1000;
const LONGEST = 15 * 60 * SECOND;

it.each([
  ['seconds', { 'retry-after': '7' }, 7 * SECOND],
  [
    'a date',
    { 'retry-after': 'Wed, 21 Oct 2026 07:28:40 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
    40 * SECOND,
  ],
  ['an absurd time', { 'retry-after': '99999999' }, LONGEST],
  ['a time that has passed', { 'retry-after': '-5' }, SECOND],
  ['the hub’s own header', { ratelimit: '"resolvers";r=0;t=55' }, 55 * SECOND],
])('N23: waits as long as it is asked to, within reason: %s', async (_, headers, waitMs) => {
  stage.onHub({ status: 429, body: 'html', headers }, 1);
  await stage.scene.ensure();
  expect(waits()).toMatchObject([{ failure: { code: 'HTTP_RATE_LIMITED' }, retryInMs: waitMs }]);
});

it('N24: waits out three bad moments of a server', async () => {
  stage.onHub({ status: 503, body: 'html' }, 3);
  await stage.scene.ensure();
  expect(waits().map(({ retryInMs }) => retryInMs)).toEqual([250, 500, 1000]);
});
