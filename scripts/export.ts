/** `pnpm export`: the web app as a folder for any static host, at any path. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildApp } from './build/buildApp';
import { exportFolder } from './build/exportFolder';
import { readExportOptions, USAGE } from './build/exportOptions';
import { signaturePlace } from '../lib/ai/catalogs/signaturePlace';
import { readRootFile } from './serve/rootFile';
import { StartProblem } from './serve/startOptions';

async function exportApp(args: string[]): Promise<void> {
  const options = readExportOptions(args, process.env);
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  const { catalogFile, catalogRootFile, target, ...settings } = options;
  const catalog = catalogFile === undefined ? undefined : await readCatalog(catalogFile);
  const signed = await readSigned(catalogFile, catalogRootFile);
  const { folder } = await buildApp(() => {
    console.log('Building the web app: about a minute the first time…');
  });
  const { files, bytes } = await exportFolder({ folder, target, catalog, ...signed, ...settings });
  const size = `${String(files)} files, ${(bytes / 1e6).toFixed(1)} MB`;
  console.log(
    `The app is in ${resolve(target)} (${size}).\nPut that folder on any host, at any path.`,
  );
}

async function readSigned(catalogFile: string | undefined, rootFile: string | undefined) {
  const catalogRoot = await readRootFile(rootFile);
  if (catalogRoot === undefined || catalogFile === undefined) return { catalogRoot };
  return { catalogRoot, catalogSignature: await readCatalog(signaturePlace(catalogFile)) };
}

async function readCatalog(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new StartProblem(`The catalog ${file} can't be read.`, 1, { cause });
  }
}

exportApp(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof StartProblem ? error.message : error);
  process.exitCode = error instanceof StartProblem ? error.exitCode : 1;
});
