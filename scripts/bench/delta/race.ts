/** An update by the whole way, from a server over HTTP at the rate of a usual line, with and without what is here. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import type { InstalledFile } from '../../../lib/ai/modelState';
import { bringFiles } from '../../../lib/download/bringFiles';
import { reuseInstalled } from '../../../lib/download/delta/reuseInstalled';
import { TRANSFER_SIZES } from '../../../lib/download/journal/sizes';
import { draftPlan } from '../../../lib/download/plan/plan';
import { createNodePlatform } from '../../../lib/platform/node/nodePlatform';
import { fileContent } from '../../../tests/hub/content';
import { commitFor } from '../../../tests/hub/repos';
import { startHub } from '../../../tests/hub/server';
import { MODEL } from '../../../tests/modelFixture';
import { writeFileIndex } from '../../shelf/writeFileIndex';

/** 100 Mbit/s. */
export const LINE_BYTES_PER_SECOND = 12_500_000;

export interface Raced {
  wholeSeconds: number;
  deltaSeconds: number;
  fetchedShare: number;
}

/** Both in folders of `scratch`, which are removed. */
export async function race(scratch: string, oldPath: string, newPath: string): Promise<Raced> {
  const oldFile = { path: oldPath, ...(await digestOf(oldPath)) };
  const whole = await bring(scratch, { oldFile, newPath, reuses: false });
  const delta = await bring(scratch, { oldFile, newPath, reuses: true });
  return {
    wholeSeconds: whole.seconds,
    deltaSeconds: delta.seconds,
    fetchedShare: delta.fetchedBytes / delta.sizeBytes,
  };
}

async function digestOf(path: string): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

interface Race {
  oldFile: { path: string; sha256: string; sizeBytes: number };
  newPath: string;
  reuses: boolean;
}

async function bring(scratch: string, { oldFile, newPath, reuses }: Race) {
  const folder = join(scratch, 'models');
  await mkdir(join(folder, 'tiny'), { recursive: true });
  await copyFile(oldFile.path, join(folder, 'tiny/tiny.gguf'));
  const indexPath = join(scratch, 'index.json');
  const { index, file } = await writeFileIndex(newPath, indexPath);
  const content = fileContent(newPath, file.sha256);
  const indexFile = { lfs: false, content: fileContent(indexPath, index.sha256) };
  const commit = commitFor(file.sha256);
  const files = { 'new.gguf': { lfs: true, content }, 'index.json': indexFile };
  const hub = await startHub({ repos: [{ name: 'me/model', commit, files }] });
  const platform = createNodePlatform({ modelsFolder: folder, hubEndpoint: hub.endpoint });
  const at = (path: string) => `${hub.endpoint}/me/model/resolve/${commit}/${path}`;
  const config: LlmModelConfig = {
    ...MODEL,
    ggufSource: {
      ...{ kind: 'remote', url: at('new.gguf'), ...file },
      index: { url: at('index.json'), ...index },
    },
  };
  const { sha256, sizeBytes } = oldFile;
  const installed: InstalledFile[] = [
    { fileName: 'tiny.gguf', role: 'weights', checkedAgainst: 'registry', sha256, sizeBytes },
  ];
  try {
    platform.downloader.setRateLimit(LINE_BYTES_PER_SECOND);
    const tools = {
      ...platform,
      ...{ hubEndpoint: hub.endpoint, random: Math.random, sizes: TRANSFER_SIZES },
      connectionShare: (connections: number) => connections,
    };
    const plan = draftPlan(config, 'llama.cpp', hub.endpoint);
    const job = { config, plan, staging: '.staging/tiny' };
    const { signal } = new AbortController();
    const nothing = () => undefined;
    const observer = {
      onReceived: nothing,
      onVerified: nothing,
      onRetry: nothing,
      onHeld: nothing,
    };
    const begun = performance.now();
    const reuse = { ...job, folder: 'tiny', installed };
    const reusedBytes = reuses ? await reuseInstalled(tools, reuse, signal) : 0;
    await bringFiles(tools, { ...job, ...observer }, signal);
    const seconds = (performance.now() - begun) / 1000;
    return { seconds, sizeBytes: file.sizeBytes, fetchedBytes: file.sizeBytes - reusedBytes };
  } finally {
    await platform.close();
    await hub.close();
    await rm(folder, { recursive: true });
  }
}
