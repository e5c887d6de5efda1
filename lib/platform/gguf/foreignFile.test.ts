import { expect, it } from 'vitest';

import { buildTinyDemo } from '../../../scripts/demoModel/tinyDemo';
import { noise } from '../../../tests/modelFixture';
import { foreignKind } from './foreignFile';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

it.each([
  ['PK\x03\x04\x00\x00\x08\x08', 'ZIP'],
  ['\x58\x01\x00\x00\x00\x00\x00\x00{"__metadata__":{"format":"pt"}', 'safetensors'],
  ['tjgg\x03\x00\x00\x00', 'before GGUF'],
  ['version https://git-lfs.github.com/spec/v1\noid sha256:', 'Git LFS'],
  ['\x1f\x8b\x08\x00', 'compressed'],
  ['<!DOCTYPE html><html>', 'web page'],
  ['{"error":"Repository not found"}', 'JSON'],
  ['\x80\x02}q\x00', 'pickle'],
])('recognises %j', (start, kind) => {
  expect(foreignKind(bytes(start))).toContain(kind);
});

it.each([
  ['a GGUF file', buildTinyDemo()],
  ['a program of ExecuTorch', bytes('\x30\x00\x00\x00ET12\x00\x00')],
  ['what nobody knows', noise(64, 'unknown')],
  ['nothing', new Uint8Array()],
])('takes %s for nothing else', (_, file) => {
  expect(foreignKind(file)).toBeUndefined();
});
