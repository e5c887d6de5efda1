import { describe, expect, it } from 'vitest';

import { rangeConnections } from './rangeConnections';

describe('ranges of one address at once, in a browser', () => {
  it.each([
    ['https://a.example/x', 'h2', 1],
    ['https://a.example/x', 'h3', 1],
    ['https://a.example/x', 'http/1.1', 6],
    ['https://a.example/x', undefined, 1],
    ['https://a.example/x', '', 1],
    ['http://a.example/x', undefined, 6],
    ['http://a.example/x', 'h2', 1],
  ])('%s over %s: %d', (url, protocol, expected) => {
    expect(rangeConnections(url, protocol)).toBe(expected);
  });
});
