import { describe, expect, it } from 'vitest';
import type { BuildChoice } from '../../ai/registry/buildChoice';
import { ERROR_TRAITS, IMPORT_PROBLEMS } from '../../errors';
import type { ModelErrorCode, ModelFailure } from '../../errors';
import { describeFailure } from './failureWords';
import {
  describeBuild,
  formatBytes,
  formatCount,
  formatDuration,
  formatExactBytes,
  formatMilliseconds,
  formatTimeLeft,
  formatTokenRate,
  percentOf,
  printable,
} from './words';

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [57_920, '58 kB'],
    [9_960_000, '10 MB'],
    [807_694_464, '808 MB'],
    [999_400_000, '999 MB'],
    [999_600_000, '1.0 GB'],
    [1_140_000_000, '1.1 GB'],
    [99_960_000_000, '100 GB'],
    [2_000_000_000_000, '2.0 TB'],
    [5_000_000_000_000_000, '5,000 TB'],
  ])('says %i as %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it('keeps every digit of an exact number', () => {
    expect(formatExactBytes(807_694_464)).toBe('807,694,464 bytes');
    expect(formatExactBytes(12)).toBe('12 bytes');
    expect(formatCount(131_072)).toBe('131,072');
  });
});

describe('progress', () => {
  it('says 100% only when every byte is here', () => {
    expect(percentOf(999_999, 1_000_000)).toBe(99);
    expect(percentOf(1_000_000, 1_000_000)).toBe(100);
  });

  it('never leaves 0 to 100, whatever the numbers', () => {
    expect(percentOf(5, 0)).toBe(0);
    expect(percentOf(-1, 10)).toBe(0);
    expect(percentOf(11, 10)).toBe(100);
  });

  it.each([
    [0.82, '0.8 s'],
    [4, '4 s'],
    [42.4, '42 s'],
    [59.6, '1 min'],
    [600, '10 min'],
    [3_600, '1 h'],
    [3_900, '1 h 5 min'],
  ])('says %d seconds as %s', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });

  it('never counts down to nothing', () => {
    expect(formatTimeLeft(0.2)).toBe('1 s left');
  });

  it('gives slow models their decimal', () => {
    expect(formatTokenRate(4.26)).toBe('4.3 tokens/s');
    expect(formatTokenRate(41.6)).toBe('42 tokens/s');
  });
});

/** One failure of each code; the mapped type makes a new code a compile error here. */
const FAILURES: { [Code in ModelErrorCode]: Extract<ModelFailure, { code: Code }>['details'] } = {
  NET_OFFLINE: { host: 'hub.example' },
  NET_INTERRUPTED: { host: 'hub.example' },
  NET_STALLED: { host: 'hub.example', waitedMs: 30_000, receivedBytes: 0 },
  NET_METERED: { host: 'hub.example' },
  NET_SWITCHED_OFF: { setting: 'The switch' },
  PROXY_UNREACHABLE: { proxy: 'proxy.example:3128', host: 'hub.example', status: undefined },
  PROXY_DENIED: { proxy: 'proxy.example:3128', host: 'hub.example', status: 407 },
  PROXY_INVALID: { setting: '--proxy', reason: 'socks' },
  NET_TLS: { host: 'hub.example' },
  HTTP_DENIED: { host: 'hub.example', status: 401 },
  HTTP_GATED: { host: 'hub.example', status: 403 },
  SIGN_IN_FAILED: { host: 'hub.example', why: 'refused' },
  HTTP_NOT_FOUND: { host: 'hub.example', what: 'file' },
  STORE_REFUSED: { host: 'hub.example', what: 'denied' },
  HTTP_RATE_LIMITED: { host: 'hub.example', retryAfterMs: 90_000 },
  HTTP_SERVER: { host: 'hub.example', status: 503 },
  HTTP_UNEXPECTED: { host: 'hub.example', status: 418, reason: 'a teapot' },
  REDIRECT_UNSAFE: { host: 'hub.example', reason: 'to http' },
  NOT_A_MODEL: { host: 'hub.example', contentType: 'text/html' },
  RANGE_INVALID: { host: 'hub.example', reason: 'starts at 5' },
  REMOTE_CHANGED: { host: 'hub.example' },
  FILE_EMPTY: { host: 'hub.example' },
  LENGTH_MISMATCH: { fileName: 'a.gguf', expectedBytes: 10, actualBytes: 9 },
  HASH_MISMATCH: { fileName: 'a.gguf', expected: 'aa', actual: 'bb' },
  NOT_AS_PUBLISHED: { fileName: 'a.gguf' },
  OVER_QUOTA: { neededBytes: 2_000_000_000, quotaBytes: 1_000_000_000 },
  NO_SPACE: { neededBytes: 2_000_000_000, freeBytes: 1_000_000_000 },
  DISK_IO: { path: 'a/b', reason: 'EIO' },
  STORAGE_UNAVAILABLE: { reason: 'no access' },
  STORAGE_BUSY: { path: 'a/b' },
  FOLDER_LINKED: { path: 'a' },
  PLACE_MISSING: { place: '/media/card' },
  NAME_INVALID: { name: '../b' },
  DB_FAILED: { reason: 'locked' },
  DB_TOO_NEW: { foundVersion: 2, knownVersion: 1 },
  CATALOG_INVALID: { reason: 'not JSON' },
  MODEL_UNAVAILABLE: { modelId: 'a', reason: 'Coming soon.' },
  MODEL_MISSING: { modelId: 'a' },
  MODEL_UNKNOWN: { modelId: 'b', knownIds: ['a', 'c'] },
  LICENSE_UNACCEPTED: { modelId: 'b', license: 'Own Terms' },
  MODEL_WITHDRAWN: { modelId: 'b', reason: 'Its template was damaged.' },
  MODEL_HAS_FILES: { modelId: 'b', sizeBytes: 5_000_000 },
  MODEL_HELD: { modelId: 'b', reason: 'A test needs it' },
  IMPORT_REFUSED: { fileName: 'a.gguf', problem: 'cut-off', reason: 'it ends' },
  IMPORT_KNOWN: { fileName: 'a.gguf', modelId: 'tiny', displayName: 'Tiny' },
  LOAD_FAILED: { path: 'a/b', reason: 'out of memory' },
  LOAD_INTERRUPTED: { modelId: 'tiny' },
  NO_MEMORY: { neededBytes: 2_000_000_000 },
  GENERATION_FAILED: { reason: 'crashed' },
  CONTEXT_FULL: { contextTokens: 4_096 },
  TEMPLATE_INVALID: { reason: 'Unexpected token', suggested: 'gemma' },
  APP_INCOMPLETE: { file: '/engine/wllama.wasm', reason: '404' },
  SYSTEM_MODEL: { lack: 'network', reason: '' },
  UNSUPPORTED: { feature: 'private-storage', host: 'web' },
  INTERNAL: { reason: 'oops' },
};

describe('a file that can’t be taken in', () => {
  it.each(IMPORT_PROBLEMS)('is explained in whole sentences: %s', (problem) => {
    const details = { fileName: 'a.gguf', problem, reason: 'part 2 of 3 is missing' };
    const { title, detail } = describeFailure({ code: 'IMPORT_REFUSED', details });
    expect(title).toMatch(/^[A-Z][^.:]+$/);
    expect(detail).toMatch(/^[“A-Z].*“?a\.gguf”?.*\.$/);
  });
});

describe('short times', () => {
  it.each([
    [0, '0 ms'],
    [412.25, '412 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1_240, '1.2 s'],
    [75_000, '1 min'],
  ])('says %d ms as %s', (milliseconds, words) => {
    expect(formatMilliseconds(milliseconds)).toBe(words);
  });
});

describe('what runs a model', () => {
  const ofTwo = { runtime: 'executorch', others: ['llama.cpp'], preferred: 'executorch' } as const;
  const other = { ...ofTwo, runtime: 'llama.cpp', others: ['executorch'] } as const;
  const alone = { runtime: 'llama.cpp', others: [], preferred: 'llama.cpp' } as const;
  const system = { runtime: 'system', others: [], preferred: 'system' } as const;

  it.each<[BuildChoice, string]>([
    [
      { ...ofTwo, reason: 'preferred' },
      'ExecuTorch: this device prefers it; there is a build for llama.cpp (GGUF), too',
    ],
    [
      { ...ofTwo, reason: 'installed' },
      'ExecuTorch: installed already; there is a build for llama.cpp (GGUF), too',
    ],
    [
      { ...other, reason: 'installed' },
      'llama.cpp (GGUF): installed already; there is a build for ExecuTorch, too, which this device takes once this one is removed',
    ],
    [{ ...alone, reason: 'only' }, 'llama.cpp (GGUF): its only build that runs on this device'],
    [{ ...alone, reason: 'none' }, 'llama.cpp (GGUF)'],
    [{ ...system, reason: 'only' }, 'This browser’s own model'],
  ])('is told with the reason for it: %j', (choice, words) => {
    expect(describeBuild(choice)).toBe(words);
  });
});

describe('failures', () => {
  const codes = Object.keys(FAILURES) as ModelErrorCode[];

  it.each(codes)(
    '%s has a title, a sentence, and a button exactly where something helps',
    (code) => {
      const failure = { code, details: FAILURES[code] } as ModelFailure;
      const { title, detail, remedyLabel } = describeFailure(failure);
      expect(title).not.toBe('');
      expect(detail).not.toMatch(/undefined|null|\[object|NaN|[A-Z]+_[A-Z]+/);
      expect(detail).toMatch(/\S$/);
      expect(remedyLabel === undefined).toBe(ERROR_TRAITS[code].remedy === 'none');
    },
  );

  it('says how much is missing only where the host tells', () => {
    const known = describeFailure({ code: 'NO_SPACE', details: FAILURES.NO_SPACE });
    expect(known.detail).toContain('2.0 GB and 1.0 GB are free');
    const unknown = describeFailure({
      code: 'NO_SPACE',
      details: { neededBytes: 2_000_000_000, freeBytes: undefined },
    });
    expect(unknown.detail).toContain('2.0 GB more than this device allows');
  });

  it('shows nothing of a server that could draw or turn the text around', () => {
    const reason = 'evil\u202Etxt\u001b[31m\nsecond line';
    const { detail } = describeFailure({
      code: 'HTTP_UNEXPECTED',
      details: { host: 'hub.example', status: 418, reason },
    });
    expect(detail).toBe('hub.example answered 418: evil txt [31m second line');
  });

  it('cuts endless text', () => {
    expect(printable('x'.repeat(10_000))).toHaveLength(160);
  });
});
