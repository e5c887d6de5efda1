import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { ggufSplit } from './buildGgufSplit';
import { writeGguf } from './gguf';
import { splitModel } from './shards';
import { describeSpeakingModel } from './speakingModel';

const split = ggufSplit();
const why = 'missing' in split ? `, skipped: ${split.missing} isn’t installed` : '';

it.skipIf('missing' in split)(
  `splits a model into the same bytes as llama.cpp’s gguf-split${why}`,
  { timeout: 60_000 },
  () => {
    const program = 'path' in split ? split.path : '';
    const folder = mkdtempSync(join(tmpdir(), 'modelshelf-split-'));
    const model = describeSpeakingModel({ sentence: 'Hello there.' });
    writeFileSync(join(folder, 'in.gguf'), writeGguf(model));
    const order = ['--split', '--split-max-tensors', '5', 'in.gguf', 'model'];
    execFileSync(program, order, { cwd: folder, stdio: 'ignore' });
    const ours = splitModel(model, 'model', 5);
    const theirs = readdirSync(folder).filter((name) => name !== 'in.gguf');
    expect(ours.map(({ fileName }) => fileName)).toEqual(theirs.sort());
    for (const { fileName, bytes } of ours) {
      expect(Buffer.compare(bytes, readFileSync(join(folder, fileName))), fileName).toBe(0);
    }
    rmSync(folder, { recursive: true });
  },
);
