import { describeDigester } from '../../../tests/conformance/digester';
import { describeFilePlaces } from '../../../tests/conformance/filePlaces';
import { describeFileRanges } from '../../../tests/conformance/fileRanges';
import { describeFileStore } from '../../../tests/conformance/fileStore';
import { describeForeignFiles } from '../../../tests/conformance/foreignFiles';
import { describePeers } from '../../../tests/conformance/peers';
import { describePickedFiles } from '../../../tests/conformance/pickedFiles';
import { describeSharing } from '../../../tests/conformance/sharing';
import { describeSqlDatabase } from '../../../tests/conformance/sqlDatabase';
import { createInMemoryDatabase } from '../shared/inMemoryDatabase';
import { createMemoryForeignFiles } from './memoryForeignFiles';
import { createMemorySharing } from './memorySharing';
import { createMemoryPickedFiles } from './memoryPickedFiles';
import { createMemoryPlatform, createMemoryWorld } from './memoryPlatform';

describeFileStore('memory', () => {
  const platform = createMemoryPlatform();
  return Promise.resolve({ files: platform.files, dispose: () => platform.close() });
});

describeSharing('memory', () => {
  const world = createMemoryWorld();
  const { files, close } = createMemoryPlatform({ world });
  return Promise.resolve({ files, shareFile: createMemorySharing(world.disk), dispose: close });
});

describeFilePlaces('memory', () => {
  const world = createMemoryWorld();
  const { host, files, close } = createMemoryPlatform({ world });
  const readPath = (path: string) => {
    const bytes = world.disk.files.get(path.replace(/^\/memory\//, ''));
    return Promise.resolve(new TextDecoder().decode(bytes));
  };
  return Promise.resolve({ host, files, readPath, dispose: () => close() });
});

describeForeignFiles('memory', () => {
  const world = createMemoryWorld();
  const { files, close } = createMemoryPlatform({ world });
  const { outside } = world.disk;
  return Promise.resolve({
    ...{ foreignFiles: createMemoryForeignFiles(world.disk), files, folder: '/data/their files' },
    write(path, text) {
      outside.set(path, new TextEncoder().encode(text));
      return Promise.resolve();
    },
    read(path) {
      const bytes = outside.get(path);
      return Promise.resolve(bytes && new TextDecoder().decode(bytes));
    },
    dispose: () => close(),
  });
});

describePickedFiles('memory', () => {
  const world = createMemoryWorld();
  const { digester, files } = createMemoryPlatform({ world });
  const change = (name: string, bytes: Uint8Array) => {
    world.disk.outside.set(`/theirs/${name}`, bytes);
    return Promise.resolve();
  };
  return Promise.resolve({
    ...{ pickedFiles: createMemoryPickedFiles(world.disk), files, digester, change },
    write: async (name, bytes) => change(name, bytes).then(() => `/theirs/${name}`),
    dispose: () => Promise.resolve(),
  });
});

describeDigester('memory', () => {
  const { digester, files, close } = createMemoryPlatform();
  return Promise.resolve({ digester, files, dispose: () => close() });
});

describeFileRanges('memory', () => {
  const { ranges, digester, files, close } = createMemoryPlatform();
  return Promise.resolve({ ranges, digester, files, dispose: () => close() });
});

describePeers('memory', () => {
  const world = createMemoryWorld();
  return Promise.resolve({
    first: createMemoryPlatform({ world }).peers,
    second: createMemoryPlatform({ world }).peers,
    dispose: () => Promise.resolve(),
    hasMessages: true,
  });
});

describeSqlDatabase('in memory', async () => {
  const database = await createInMemoryDatabase();
  return { database, dispose: () => database.close() };
});
