/** Files of other programs on a real disk, by a rename and by a copy. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { expectCode } from '../../../../tests/conformance/expectFailure';
import {
  describeForeignFiles,
  type ForeignFilesSubject,
} from '../../../../tests/conformance/foreignFiles';
import { createNodeFileStore } from './nodeFileStore';
import { createNodeForeignFiles } from './nodeForeignFiles';

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'rename' });
}

type Move = Parameters<typeof createNodeForeignFiles>[1];

/** As between two volumes. */
const refuse: Move = () => Promise.reject(systemError('EXDEV'));

async function open(move?: Move): Promise<ForeignFilesSubject> {
  const base = await mkdtemp(join(tmpdir(), 'modelshelf-foreign-'));
  const store = join(base, 'models 100% #1');
  const write = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  return {
    ...{ foreignFiles: createNodeForeignFiles(store, move), files: createNodeFileStore(store) },
    ...{ folder: join(base, 'their 50% #2'), store, write },
    read: (path) => readFile(path, 'utf8').catch(() => undefined),
    link: symlink,
    dispose: () => rm(base, { recursive: true, force: true }),
  };
}

describeForeignFiles('node', () => open());
describeForeignFiles('node, between volumes', () => open(refuse));

describe('a move from another volume', () => {
  it('leaves the file in its place, and nothing else, when the copy fails', async () => {
    const { files, foreignFiles, folder, write, read, store = '', dispose } = await open(refuse);
    await write(`${folder}/x`, 'their bytes');
    // A folder can’t be replaced by a file.
    await files.writeText('.adopting/1/file/inner', 'in the way');
    await expectCode(foreignFiles.moveIn(`${folder}/x`, '.adopting/1/file'), 'DISK_IO');
    expect(await read(`${folder}/x`)).toBe('their bytes');
    expect(await readdir(join(store, '.adopting/1'))).toEqual(['file']);
    await dispose();
  });

  it('isn’t made for a reason other than the volume', async () => {
    const subject = await open(() => Promise.reject(systemError('EACCES')));
    const { files, foreignFiles, folder, write, read, dispose } = subject;
    await write(`${folder}/x`, 'their bytes');
    await expectCode(foreignFiles.moveIn(`${folder}/x`, '.adopting/1/file'), 'DISK_IO');
    expect(await read(`${folder}/x`)).toBe('their bytes');
    expect(await files.list('')).toEqual([]);
    await dispose();
  });
});
