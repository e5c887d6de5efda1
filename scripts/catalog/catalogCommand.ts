/** `modelshelf catalog`: parse, run the task, print. Secret keys are never printed. */
import { distrustReason } from '../../lib/ai/catalogs/distrust';
import { readEnvelope, readRoot } from '../../lib/ai/catalogs/signedRoot';
import { readEnvironment } from '../cli/environment';
import { CatalogCommandError } from './catalogCommandError';
import { CATALOG_HELP, parseCatalogOptions, type CatalogOptions } from './catalogOptions';
import { createKeyFile } from './keyFile';
import { signCatalog, verifyCatalog } from './signCatalog';
import { readText } from './textFiles';
import { signRoot, writeRoot, type RootReport } from './writeRoot';

const NO_PROXY = { proxy: undefined, warn: () => undefined };

/** Resolves with the exit code. @throws UsageError */
export async function catalogCommand(args: readonly string[], nowMs = Date.now()): Promise<number> {
  const options = parseCatalogOptions(args);
  if (options.task === 'help') {
    process.stdout.write(CATALOG_HELP);
    return 0;
  }
  try {
    return await run(options, nowMs);
  } catch (error) {
    if (!(error instanceof CatalogCommandError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function run(options: CatalogOptions, nowMs: number): Promise<number> {
  switch (options.task) {
    case 'keygen':
      return keygen(options);
    case 'root':
      return writeRoot(options, nowMs).then((report) => tellRoot(options, report));
    case 'sign':
      return sign(options, nowMs);
    case 'verify':
      return verify(options, nowMs);
    case 'help':
      return Promise.resolve(0);
  }
}

async function keygen(options: CatalogOptions): Promise<number> {
  const key = await createKeyFile(options.path);
  tell(options, { path: options.path, publicKey: key }, key);
  return 0;
}

async function sign(options: CatalogOptions, nowMs: number): Promise<number> {
  const envelope = readEnvelope(await readText(options.path));
  const root = envelope && readRoot(envelope);
  if (root) return tellRoot(options, await signRoot(options, { envelope, root }));
  const { hubEndpoint } = readEnvironment(process.env, NO_PROXY);
  const report = await signCatalog(options, { nowMs, hubEndpoint });
  const { version, expires, models, path } = report;
  const more = report.distrust === undefined ? '' : ' Another key has to sign it, too: --add.';
  const text = `Version ${String(version)} with ${String(models)} models, good until ${expires}, is signed in ${path}.${more}`;
  tell(options, report, text);
  return 0;
}

async function verify(options: CatalogOptions, nowMs: number): Promise<number> {
  const report = await verifyCatalog(options, nowMs);
  const { distrust, version = 0, expires = '', isExpired } = report;
  const good = `Version ${String(version)}, ${isExpired ? 'expired since' : 'good until'} ${expires}.`;
  tell(options, report, distrust === undefined ? good : `Refused: ${distrustReason(distrust)}`);
  return distrust === undefined ? 0 : 1;
}

function tellRoot(options: CatalogOptions, report: RootReport): number {
  const { version, isSigned, follows, path } = report;
  const lacks = [
    ...(isSigned ? [] : ['more of its own keys have to sign it']),
    ...(follows ? [] : ['keys of the root before it have to sign it (--from tells which)']),
  ];
  const state = lacks.length === 0 ? 'It is complete.' : `Still missing: ${lacks.join('; ')}.`;
  tell(options, report, `Root ${String(version)} is in ${path}. ${state}`);
  return 0;
}

function tell({ isJson }: CatalogOptions, event: object, text: string): void {
  process.stdout.write(`${isJson ? JSON.stringify(event) : text}\n`);
}
