import { expect, it } from 'vitest';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import { modelFiles } from '../../ai/registry/modelFiles';
import type { InstalledFile, ModelState } from '../../ai/modelState';
import { fileFacts } from './detailFacts';

const [{ fileName, source }] = modelFiles(Qwen3_0_6B, 'llama.cpp') as [
  ReturnType<typeof modelFiles>[number],
];
const { sizeBytes = 0, sha256 = '' } = source.kind === 'remote' ? source : {};
const NAMED: InstalledFile = {
  ...{ role: 'weights', fileName, sizeBytes, sha256 },
  checkedAgainst: 'registry',
};
const OTHER: InstalledFile = { ...NAMED, sha256: 'b'.repeat(64) };
const VERIFIED = 'Verified by its published digest';

function linesOf(state: ModelState): Record<string, string[]> {
  const facts = fileFacts(Qwen3_0_6B, state, 'llama.cpp');
  return Object.fromEntries(facts.map(({ name, lines }) => [name, lines]));
}

it('says what an installed file was checked against', () => {
  const state: ModelState = { kind: 'installed', sizeBytes, installedAt: 0, files: [NAMED] };
  expect(linesOf(state)[fileName]).toContain(VERIFIED);
});

it('says no such thing of a file that isn’t the named one, or that nothing names any more', () => {
  const failure = { code: 'NOT_AS_PUBLISHED', details: { fileName } } as const;
  const unnamed = { ...NAMED, fileName: 'older.gguf' };
  const differs = { kind: 'differs', failure, sizeBytes, installedAt: 0 } as const;
  const lines = linesOf({ ...differs, files: [OTHER, unnamed] });
  expect(Object.keys(lines)).toEqual([
    `On this device: ${fileName}`,
    'On this device: older.gguf',
    `Named by the registry: ${fileName}`,
  ]);
  expect(Object.values(lines).flat()).not.toContain(VERIFIED);
  // The other files of such a model are what they were.
  expect(linesOf({ ...differs, files: [NAMED] })[`On this device: ${fileName}`]).toContain(
    VERIFIED,
  );
});
