import { expect, it } from 'vitest';

import { connectionsWithin } from './openFileLimit';

const limits = (soft: string) => () =>
  `Limit                     Soft Limit           Hard Limit           Units     \n` +
  `Max processes             95000                95000                processes \n` +
  `Max open files            ${soft.padEnd(20)} 1048576              files     \n`;

it.each([
  ['1048576', 16],
  ['64', 16],
  ['40', 6],
  ['35', 1],
  ['20', 1],
])('leaves room for other files within %s open ones: %i connections', (soft, connections) => {
  expect(connectionsWithin(limits(soft))).toBe(connections);
});

it.each([
  ['says that there is no limit', limits('unlimited')],
  ['says zero', limits('0')],
  ['says nothing of it', () => ''],
  [
    'refuses to say',
    (): string => {
      throw new Error('EACCES');
    },
  ],
])('takes all connections that are worth it where the system %s', (_, read) => {
  expect(connectionsWithin(read)).toBe(16);
});
