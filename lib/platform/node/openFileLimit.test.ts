import { expect, it } from 'vitest';

import { connectionsWithin } from './openFileLimit';

const limits = (soft: string) => () =>
  `Limit                     Soft Limit           Hard Limit           Units     \n` +
  `Max processes             95000                95000                processes \n` +
  `Max open files            ${soft.padEnd(20)} 1048576              files     \n`;
const refuse = (): never => {
  throw new Error('EACCES');
};

it.each([
  ['1048576', 20, 16],
  ['64', 20, 16],
  ['64', 34, 6],
  ['48', 20, 4],
  ['40', 20, 1],
  ['20', 20, 1],
])('leaves room for others within %s files of which %i are open: %i connections', (...example) => {
  const [soft, open, connections] = example;
  expect(connectionsWithin({ limits: limits(soft), count: () => open })).toBe(connections);
});

it('counts with none where the system does not tell how many are open', () => {
  expect(connectionsWithin({ limits: limits('30'), count: refuse })).toBe(6);
});

it.each([
  ['says that there is no limit', limits('unlimited')],
  ['says zero', limits('0')],
  ['says nothing of it', () => ''],
  ['refuses to say', refuse],
])('takes all connections that are worth it where the system %s', (_, tell) => {
  expect(connectionsWithin({ limits: tell, count: () => 20 })).toBe(16);
});
