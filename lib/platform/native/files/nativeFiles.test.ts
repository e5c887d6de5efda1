/** Files, digests, locks and the database of a phone, over real files and real SQLite. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { describeDigester } from '../../../../tests/conformance/digester';
import { expectCode } from '../../../../tests/conformance/expectFailure';
import { describeFilePlaces } from '../../../../tests/conformance/filePlaces';
import { describeFileRanges } from '../../../../tests/conformance/fileRanges';
import { describeFileStore } from '../../../../tests/conformance/fileStore';
import { describePeers } from '../../../../tests/conformance/peers';
import { describeSqlDatabase } from '../../../../tests/conformance/sqlDatabase';
import { File, FileMode } from '../../../../tests/native/fakes/expoFileSystem';
import { forgetDatabases, untilInTransaction } from '../../../../tests/native/fakes/expoSqlite';
import { findModelFiles } from '../../../../tests/native/fakes/modelFiles';
import { phone } from '../../../../tests/native/fakes/phone';
import { describeModelFiles } from '../../../../tests/native/modelFilesSuite';
import { migrate } from '../../../db/migrations';
import { createModelSettings } from '../../../db/modelSettings';
import { createNativeDigester } from './nativeDigester';
import { createNativeFileRanges } from './nativeFileRanges';
import { createNativeFileStore, prepareModelsFolder } from './nativeFileStore';
import { createNativeHost } from '../nativeHost';
import { createNativePeers, type NativeLocks } from '../nativePeers';
import { createNativeSqlDatabase } from '../nativeSqlDatabase';

function parts() {
  const modelFiles = findModelFiles();
  if (!modelFiles) throw new Error('the module is linked here');
  const files = createNativeFileStore({ modelFiles, beforeRemove: () => Promise.resolve() });
  const digester = createNativeDigester(modelFiles);
  return { modelFiles, files, digester, ranges: createNativeFileRanges(modelFiles) };
}

beforeEach(() => {
  phone.reset();
  forgetDatabases();
});
afterAll(() => {
  phone.dispose();
});

const dispose = () => Promise.resolve();

describeFileStore('phone', () => Promise.resolve({ files: parts().files, dispose }));
describeFilePlaces('phone', async () => ({
  host: await createNativeHost('ios', ['executorch'], {
    network: { isMetered: () => undefined },
    modelFiles: parts().modelFiles,
  }),
  files: parts().files,
  readPath: (path) => Promise.resolve(readFileSync(path, 'utf8')),
  readUri: (uri) => {
    const handle = new File(uri).open(FileMode.ReadOnly);
    const bytes = handle.readBytes(handle.size ?? 0);
    handle.close();
    return Promise.resolve(new TextDecoder().decode(bytes));
  },
  dispose,
}));
describeDigester('phone', () => Promise.resolve({ ...parts(), dispose }));
describeFileRanges('phone', () => Promise.resolve({ ...parts(), dispose }));
describeModelFiles('fake', () => parts().modelFiles);
describePeers('phone', () => {
  const locks: NativeLocks = new Map();
  return Promise.resolve({
    first: createNativePeers(locks),
    second: createNativePeers(locks),
    dispose,
    hasMessages: false,
  });
});
describeSqlDatabase('phone', () => {
  const database = createNativeSqlDatabase();
  return Promise.resolve({ database, dispose: () => database.close() });
});

describe('the models folder of a phone', () => {
  it('is found again after an update of the app has moved its container', async () => {
    const { files, digester } = parts();
    await files.writeText('qwen/model.json', 'abc');
    const before = phone.documents();
    phone.updateApp();
    expect(phone.documents()).not.toBe(before);
    expect(await files.readText('qwen/model.json')).toBe('abc');
    expect(await files.list('')).toMatchObject([
      { path: 'qwen/model.json', sizeBytes: 3, usedBytes: 3 },
    ]);
    const digest = await digester.open({ path: 'qwen/model.json', algorithm: 'sha256' });
    expect(await digest.readTo([3])).toEqual([expect.stringMatching(/^ba7816bf/)]);
    await digest.close();
  });

  it('is kept out of the backup of an iPhone', async () => {
    await prepareModelsFolder(parts().modelFiles);
    expect([...phone.excludedFromBackup]).toEqual(['models']);
  });

  it('says that the disk is full, and leaves the record as it was', async () => {
    const { files } = parts();
    await files.writeText('record', 'old');
    phone.freeBytes = 2;
    await expectCode(files.writeText('record', 'a longer text'), 'NO_SPACE');
    await expectCode(files.append({ path: 'record', text: 'more' }), 'NO_SPACE');
    phone.freeBytes = undefined;
    expect(await files.readText('record')).toBe('old');
    expect(await files.list('')).toHaveLength(1);
  });

  it('clears away at its start what a kill left on its way to a record, and nothing that is being written', async () => {
    const { files, modelFiles } = parts();
    await files.writeText('qwen/model.json', 'abc');
    const left = join(phone.documents(), 'models/qwen/model.json.1.new ');
    writeFileSync(left, 'half');
    const writing = files.writeText('qwen/plan.json', 'whole');
    await prepareModelsFolder(modelFiles);
    await writing;
    expect(existsSync(left)).toBe(false);
    expect(await files.readText('qwen/plan.json')).toBe('whole');
    expect(await files.list('')).toHaveLength(2);
  });

  it('calls a folder that can’t be read unavailable, never empty', async () => {
    const { files } = parts();
    writeFileSync(join(phone.documents(), 'models'), 'a file where the folder should be');
    await expectCode(files.list(''), 'STORAGE_UNAVAILABLE');
  });

  it('lets go of what is still being written before it removes it', async () => {
    const { modelFiles } = parts();
    const asked: string[] = [];
    const beforeRemove = (path: string) => {
      asked.push(path);
      return Promise.resolve();
    };
    const files = createNativeFileStore({ modelFiles, beforeRemove });
    await files.writeText('.staging/qwen/part', 'x');
    await files.remove('.staging/qwen');
    expect(asked).toEqual(['.staging/qwen']);
    expect(existsSync(join(phone.documents(), 'models/.staging/qwen'))).toBe(false);
  });
});

describe('the database of a phone', () => {
  it('keeps choices when the app is killed, under the same migrations as everywhere', async () => {
    const before = createNativeSqlDatabase();
    await migrate(before);
    await createModelSettings(before).setWifiOnly(true);
    phone.killApp();
    const after = createNativeSqlDatabase();
    await migrate(after);
    expect(await createModelSettings(after).getWifiOnly()).toBe(true);
  });

  it('forgets what was in the middle of a transaction when the app was killed', async () => {
    const before = createNativeSqlDatabase();
    await migrate(before);
    const settings = createModelSettings(before);
    const saving = settings.setSelectedModelId('half-way');
    await untilInTransaction();
    phone.killApp();
    await expectCode(saving, 'DB_FAILED');
    const after = createNativeSqlDatabase();
    expect(await createModelSettings(after).getSelectedModelId()).not.toBe('half-way');
  });
});
