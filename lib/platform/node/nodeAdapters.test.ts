import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, beforeEach } from 'vitest';

import { startConformanceHub } from '../../../tests/conformance/conformanceHub';
import { describeDigester } from '../../../tests/conformance/digester';
import { describeDownloader } from '../../../tests/conformance/downloader';
import { createHubControl } from '../../../tests/conformance/hubControl';
import { describeFilePlaces } from '../../../tests/conformance/filePlaces';
import { describeFileRanges } from '../../../tests/conformance/fileRanges';
import { describeFileStore } from '../../../tests/conformance/fileStore';
import { describePeers } from '../../../tests/conformance/peers';
import { describeSharing } from '../../../tests/conformance/sharing';
import { createHashThread } from './files/hashThread';
import { createNodeDigester } from './files/nodeDigester';
import { createNodeFileRanges } from './files/nodeFileRanges';
import { createNodeDownloader } from './nodeDownloader';
import { createNodeHost } from './nodeHost';
import { createNodeFileStore } from './files/nodeFileStore';
import { createNodeSharing } from './files/nodeSharing';
import { systemClock } from '../shared/systemClock';
import { createNodePeers } from './peers/nodePeers';
import { createNodeWeb } from './http/nodeRequest';

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'modelshelf-'));
  return { folder, dispose: () => rm(folder, { recursive: true, force: true }) };
}

describeFileStore('node', async () => {
  const { folder, dispose } = await temporaryFolder();
  const root = join(folder, 'models');
  let outsides = 0;
  return {
    files: createNodeFileStore(root),
    dispose,
    async plantLink(path) {
      const outside = join(folder, `outside-${String((outsides += 1))}`);
      await mkdir(outside, { recursive: true });
      await writeFile(join(outside, 'outside'), 'precious');
      await mkdir(dirname(join(root, path)), { recursive: true });
      await symlink(outside, join(root, path));
      return async () => (await readFile(join(outside, 'outside'), 'utf8')) === 'precious';
    },
  };
});

describeSharing('node', async () => {
  const { folder, dispose } = await temporaryFolder();
  const root = join(folder, 'models');
  return { files: createNodeFileStore(root), shareFile: createNodeSharing(root), dispose };
});

describeFilePlaces('node', async () => {
  const { folder, dispose } = await temporaryFolder();
  const root = join(folder, 'models 100% #1');
  return {
    host: createNodeHost({ root, runtime: 'llama.cpp' }),
    files: createNodeFileStore(root),
    readPath: (path) => readFile(path, 'utf8'),
    readUri: (uri) => readFile(new URL(uri), 'utf8'),
    dispose,
  };
});

describeDigester('node', async () => {
  const { folder, dispose } = await temporaryFolder();
  const root = join(folder, 'models');
  const digester = createNodeDigester(root);
  return {
    digester,
    files: createNodeFileStore(root),
    async dispose() {
      await digester.close();
      await dispose();
    },
  };
});

describeFileRanges('node', async () => {
  const { folder, dispose } = await temporaryFolder();
  const root = join(folder, 'models');
  const thread = createHashThread();
  return {
    ranges: createNodeFileRanges(root, thread),
    digester: createNodeDigester(root, thread),
    files: createNodeFileStore(root),
    async dispose() {
      await thread.close();
      await dispose();
    },
  };
});

describePeers('node', async () => {
  const { folder, dispose } = await temporaryFolder();
  const modelsFolder = join(folder, 'models');
  const options = { modelsFolder, clock: systemClock, closeBelow: () => Promise.resolve() };
  return {
    first: createNodePeers(options),
    second: createNodePeers(options),
    dispose,
    hasMessages: false,
  };
});

let started: Awaited<ReturnType<typeof startConformanceHub>>;
beforeAll(async () => {
  started = await startConformanceHub();
});
beforeEach(() => {
  started.hub.reset();
});
afterAll(async () => {
  await started.close();
});

describeDownloader('node', async () => {
  const { folder, dispose } = await temporaryFolder();
  const root = join(folder, 'models');
  const { address } = started;
  const web = createNodeWeb({
    hubEndpoint: address.endpoint,
    token: undefined,
    userAgent: 'modelshelf/test',
  });
  const bundledFolder = join(folder, 'bundled');
  await mkdir(bundledFolder);
  await writeFile(join(bundledFolder, 'demo.gguf'), 'packaged');
  const digester = createNodeDigester(root);
  return {
    downloader: createNodeDownloader({ root, web, bundledFolder }),
    files: createNodeFileStore(root),
    digester,
    hub: createHubControl(address),
    large: address.largeFile,
    small: address.smallFile,
    bundled: { requireId: 'demo.gguf', sizeBytes: 8 },
    deadUrl: address.deadUrl,
    async dispose() {
      web.close();
      await digester.close();
      await dispose();
    },
  };
});
