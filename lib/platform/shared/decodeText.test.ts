import { expect, it } from 'vitest';

import { createTextCollector, decodeText } from './decodeText';

const TEXT = '{"name":"naïve 模型 🙂"}\r\n';
const bigEndian = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();

it.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with its mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16, little end first', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16, big end first', bigEndian(TEXT)],
])('reads %s', (_, bytes) => {
  expect(decodeText(bytes)).toBe(TEXT);
});

it('reads long texts, and an odd last byte as nothing', () => {
  const long = '🙂x'.repeat(10_000);
  const bytes = Buffer.concat([bigEndian(long), Buffer.from([1])]);
  expect(decodeText(bytes)).toBe(long);
  expect(decodeText(new Uint8Array(0))).toBe('');
});

it('reads a text that comes byte by byte, whose pieces are overwritten', () => {
  const collected = createTextCollector();
  const piece = new Uint8Array(1);
  for (const byte of bigEndian(TEXT)) {
    piece[0] = byte;
    collected.add(piece);
  }
  expect(collected.sizeBytes()).toBe(bigEndian(TEXT).length);
  expect(collected.text()).toBe(TEXT);
});
