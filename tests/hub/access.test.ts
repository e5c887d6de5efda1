import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, DISABLED, GATED, REPO, startSampleHub } from './sample';
import type { Hub } from './server';

let hub: Hub;

beforeAll(async () => {
  hub = await startSampleHub();
});
afterAll(() => hub.close());

const FILE = 'resolve/main/config.json';

interface Refusal {
  situation: string;
  path: string;
  token?: string;
  status: number;
  code: string | null;
  message: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    situation: 'a missing repository, to a stranger',
    path: `/owner/none/${FILE}`,
    status: 401,
    code: null,
    message: 'Invalid username or password.',
  },
  {
    situation: 'a missing repository, to a member',
    path: `/owner/none/${FILE}`,
    token: 'reader',
    status: 404,
    code: 'RepoNotFound',
    message: 'Repository not found',
  },
  {
    situation: 'a missing revision',
    path: `/${REPO.name}/resolve/v9/config.json`,
    status: 404,
    code: 'RevisionNotFound',
    message: 'Invalid rev id: v9',
  },
  {
    situation: 'a missing file',
    path: `/${REPO.name}/resolve/main/none.json`,
    status: 404,
    code: 'EntryNotFound',
    message: 'Entry not found',
  },
  {
    situation: 'a gated file, to a stranger',
    path: `/${GATED.name}/${FILE}`,
    status: 401,
    code: 'GatedRepo',
    message: 'Access to model owner/gated is restricted.',
  },
  {
    situation: 'a gated file, to a made-up token',
    path: `/${GATED.name}/${FILE}`,
    token: 'nonsense',
    status: 401,
    code: 'GatedRepo',
    message: 'Access to model owner/gated is restricted.',
  },
  {
    situation: 'a gated file, to a member without a grant',
    path: `/${GATED.name}/${FILE}`,
    token: 'reader',
    status: 403,
    code: 'GatedRepo',
    message: 'Access to model owner/gated is restricted.',
  },
  {
    situation: 'any description, to a made-up token',
    path: `/api/models/${REPO.name}`,
    token: 'nonsense',
    status: 401,
    code: null,
    message: 'Invalid credentials in Authorization header',
  },
  {
    situation: 'a disabled repository',
    path: `/${DISABLED.name}/${FILE}`,
    status: 403,
    code: null,
    message: 'Access to this resource is disabled.',
  },
];

describe('the hub refuses', () => {
  it.each(REFUSALS)('$situation with $status', async ({ path, token, ...expected }) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(hub.endpoint + path, { headers, redirect: 'manual' });
    expect(response.status).toBe(expected.status);
    expect(response.headers.get('x-error-code')).toBe(expected.code);
    expect(response.headers.get('x-error-message')).toBe(expected.message);
  });

  it('a missing file with the commit that it is missing from', async () => {
    const response = await fetch(addressOf(hub, 'none.json'));
    expect(response.headers.get('x-repo-commit')).toBe(REPO.commit);
  });

  it('an address that is not well-formed, or that it does not know', async () => {
    expect((await fetch(addressOf(hub, '%zz'))).status).toBe(400);
    expect((await fetch(`${hub.endpoint}/nothing`)).status).toBe(404);
  });
});

it('gives a gated file to whom it was granted, and its description to everybody', async () => {
  const headers = { authorization: 'Bearer granted' };
  const file = await fetch(`${hub.endpoint}/${GATED.name}/${FILE}`, { headers });
  expect(file.status).toBe(200);
  const description = await fetch(`${hub.endpoint}/api/models/${GATED.name}`);
  expect(await description.json()).toMatchObject({ gated: 'manual' });
});

describe('a page on another origin', () => {
  const origin = 'http://localhost:8081';

  it('may read what the hub says, but neither lengths nor limits', async () => {
    const response = await fetch(addressOf(hub, 'config.json'), { headers: { origin } });
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    const exposed = response.headers.get('access-control-expose-headers') ?? '';
    expect(exposed).toContain('X-Linked-Size');
    expect(exposed).not.toMatch(/content-length|ratelimit|retry-after/i);
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it('may read everything of the second origin', async () => {
    const address = addressOf(hub, 'deep/folder/weights.bin');
    const response = await fetch(address, { headers: { origin } });
    await response.arrayBuffer();
    expect(response.url.startsWith(hub.cdnOrigin)).toBe(true);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('is allowed the headers that it asks leave for', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    };
    const response = await fetch(addressOf(hub, 'config.json'), { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization');
    expect(response.headers.get('access-control-max-age')).toBe('86400');
  });
});

it('says on every answer what is left of the rate limit, and counts down', async () => {
  const left = async () => {
    const response = await fetch(addressOf(hub, 'config.json'), { redirect: 'manual' });
    const [, bucket, rest] =
      /^"(\w+)";r=(\d+);t=300$/.exec(response.headers.get('ratelimit') ?? '') ?? [];
    expect(bucket).toBe('resolvers');
    return Number(rest);
  };
  const before = await left();
  expect(await left()).toBe(before - 1);
});
