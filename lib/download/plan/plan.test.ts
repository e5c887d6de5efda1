import { describe, expect, it } from 'vitest';

import { ENDPOINT, MODEL } from '../../../tests/modelFixture';
import { parseManifest } from '../store/manifest';
import { continues, draftPlan, formatPlan, parsePlan, plannedBytes } from './plan';

const plan = draftPlan(MODEL, 'llama.cpp', ENDPOINT);
const [file] = plan.files;
if (!file) throw new Error('the fixture has a file');
const changed = (change: object) => ({ ...plan, files: [{ ...file, ...change }] });

describe('a plan', () => {
  it('says what the registry states, without a host', () => {
    expect(plan.files).toMatchObject([
      {
        fileName: 'tiny.gguf',
        source: { address: expect.stringMatching(/^\/me\/tiny/) as string },
      },
    ]);
    expect(formatPlan(plan)).not.toContain('hub.example');
    expect(plannedBytes(plan)).toBe(200_000);
    expect(
      plannedBytes(
        draftPlan(
          { ...MODEL, ggufSource: { kind: 'remote', url: 'https://a.b/c' } },
          'llama.cpp',
          ENDPOINT,
        ),
      ),
    ).toBeUndefined();
  });

  it('survives its record', () => {
    expect(parsePlan(formatPlan(plan))).toEqual(plan);
  });

  it.each([undefined, '', 'null', '{}', '{"version":1}', '[]', '\0', '{"version":1,"modelId":"a"'])(
    'isn’t read from a damaged record: %j',
    (text) => {
      expect(parsePlan(text)).toBeUndefined();
      expect(parseManifest(text)).toBeUndefined();
    },
  );

  it('goes on with what the hub had said when it began', () => {
    const draft = changed({ sizeBytes: undefined, digest: undefined, checkedAgainst: 'none' });
    expect(continues(plan, draft)).toBe(true);
  });

  it.each([
    ['another digest', { digest: { algorithm: 'sha256', hex: 'e'.repeat(64) } }],
    ['another size', { sizeBytes: 7 }],
    ['another address', { source: { kind: 'remote', address: '/other' } }],
    ['another name', { fileName: 'other.gguf' }],
  ])('doesn’t go on with %s', (_, change) => {
    expect(continues(plan, changed(change))).toBe(false);
  });
});
