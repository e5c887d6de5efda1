import { describe, expect, it } from 'vitest';

import { modelWith } from '../../../tests/importFixture';
import { sha256 } from '../../../tests/modelFixture';
import { checkGgufFile } from '../../platform/gguf/ggufHeader';
import { describeGguf } from '../../platform/gguf/ggufModel';
import { parseCatalog } from '../registry/catalog';
import { isPortableName } from '../../platform/shared/storePath';
import { isModelId } from '../modelId';
import { describeFile, OWN_FILE, type FileToDescribe } from './describeFile';
import { statedQuantization } from './fileTypes';

async function described(
  entries: Record<string, string | number | undefined>,
  more: Partial<FileToDescribe> = {},
) {
  const bytes = modelWith(entries);
  const { byteLength } = bytes;
  const read = (offset: number, length: number) =>
    Promise.resolve(bytes.subarray(offset, offset + length));
  const table = await checkGgufFile(
    { path: 'x', sizeBytes: byteLength, read },
    { role: 'weights', parts: 1 },
  );
  return describeFile({
    runtime: 'llama.cpp',
    model: describeGguf({ ...table, tensorCount: table.tensors.length }),
    ...{
      fileName: 'some-file.Q5_K_S.gguf',
      stamp: sha256(bytes).slice(0, 8),
      from: 'a test',
      sources: [OWN_FILE],
      ...more,
    },
  });
}

const unnamed = { 'general.name': undefined };

describe('the name of an imported model', () => {
  it.each([
    ['what its header says', { 'general.name': 'Qwen 3 1.7B' }, {}, 'Qwen 3 1.7B'],
    ['what the other program says', unnamed, { label: 'llama3.2:1b' }, 'llama3.2:1b'],
    ['its file’s name', unnamed, {}, 'some-file.Q5_K_S'],
    ['its architecture', unnamed, { fileName: `sha256-${'a'.repeat(64)}` }, 'llama'],
    ['without what draws', { 'general.name': 'a\u202e\u001b[2Jb\n' }, {}, 'a [2Jb'],
    ['cut', { 'general.name': '模'.repeat(200) }, {}, '模'.repeat(80)],
  ])('is %s', async (_, entries, more, name) => {
    expect((await described(entries, more)).displayName).toBe(name);
  });

  it.each([
    'Qwen 3 1.7B',
    '模型',
    '../../etc/passwd',
    'CON',
    'nul.txt',
    '-',
    'x'.repeat(300),
    'Llama Q4_K_M',
    '__proto__',
  ])('always makes an id and a folder: %s', async (name) => {
    const { modelId, folderName } = await described({ 'general.name': name });
    expect(isModelId(modelId)).toBe(true);
    expect(folderName).toBe(modelId);
    expect(isPortableName(folderName)).toBe(true);
    expect(modelId).toMatch(/-[0-9a-f]{8}$/);
  });

  it('names a file that another program named by its digest, or by what no device can store', async () => {
    for (const fileName of ['sha256-abc', 'con.gguf', 'a/b.gguf', '.hidden.gguf', 'a\u202e.gguf']) {
      const { modelId, ggufFileName } = await described(unnamed, { fileName });
      expect(ggufFileName).toBe(`${modelId}.gguf`);
    }
    expect((await described({})).ggufFileName).toBe('some-file.Q5_K_S.gguf');
  });
});

describe('what else its header says', () => {
  it('is shown where it is sane', async () => {
    const config = await described({
      'general.size_label': '1.7B',
      'general.file_type': 7,
      'general.license': 'mit',
      'general.repo_url': 'https://huggingface.co/me/fox',
    });
    expect(config).toMatchObject({
      ...{ size: '1.7B', license: 'mit', ggufQuantization: 'Q8_0' },
      huggingFaceUrl: 'https://huggingface.co/me/fox',
    });
  });

  it('is counted, or left out, where it isn’t', async () => {
    const config = await described({
      'general.size_label': '<b>1B</b>',
      'general.repo_url': 'https://evil.example/login',
      'general.file_type': 4_000_000,
    });
    expect(config.size).toMatch(/^\d+(\.\d)?[KM]$/);
    expect(config.huggingFaceUrl).toContain('github.com/ggml-org');
    expect(config.ggufQuantization).toBe('Q5_K_S');
  });

  it('passes the checks of a catalog, whatever it is', async () => {
    const hostile = {
      'general.name': '\u0000',
      'general.license': '\n'.repeat(500),
      'general.size_label': '',
    };
    const config = await described(hostile, { fileName: '\u202e' });
    const { builds, folderName, modelId, displayName, description, size } = config;
    const { license, huggingFaceUrl, available } = config;
    const facts = { modelId, displayName, description, size, folderName, license, huggingFaceUrl };
    const entry = { ...facts, available, builds };
    const catalog = parseCatalog(JSON.stringify({ version: 2, models: [entry] }));
    expect(catalog).toMatchObject({ problems: [], models: [{ modelId }] });
  });
});

it.each([
  ['Qwen3-4B-Q4_K_M.gguf', 'Q4_K_M'],
  ['model.IQ2_XXS.gguf', 'IQ2_XXS'],
  ['gemma-3-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
  ['llama-f16.gguf', 'F16'],
  ['llama-bf16.gguf', 'BF16'],
  ['gpt-oss-MXFP4.gguf', 'MXFP4'],
  ['Qwen3-4B.gguf', 'unknown'],
])('reads the quantization in %s', (fileName, quantization) => {
  expect(statedQuantization({ fileType: undefined }, fileName)).toBe(quantization);
});
