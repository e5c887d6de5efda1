import { expect, it } from 'vitest';

import { failureOfTask } from './taskFailures';

const request = {
  url: 'https://hub.example/tiny.pte',
  path: 'tiny.pte',
  offsetBytes: 0,
  endBytes: undefined,
  versions: undefined,
  expectedBytes: 10,
  acceptsWhole: true,
  isRest: true,
};

it.each([
  [-1201, 'NET_TLS'],
  [-1202, 'NET_TLS'],
  [-1203, 'NET_TLS'],
  [-1204, 'NET_TLS'],
  [-1200, 'NET_INTERRUPTED'],
  [-1206, 'NET_INTERRUPTED'],
  [-1005, 'NET_INTERRUPTED'],
  [-1009, 'NET_OFFLINE'],
  [-1, 'NET_INTERRUPTED'],
] as const)('takes what the system calls %i for %s', (errorCode, code) => {
  const failure = failureOfTask(errorCode, { request, freeBytes: undefined });
  expect(failure).toMatchObject({ code, details: { host: 'hub.example' } });
});
