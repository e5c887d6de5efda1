/** `pnpm bench:fleet`: what a million devices fetch from one origin and its CDN, of models that `modelshelf publish` laid out. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { parseCatalogOptions } from '../catalog/catalogOptions';
import { createKeyFile } from '../catalog/keyFile';
import { writeRoot } from '../catalog/writeRoot';
import { newFiles, oldFile, type MadeFile } from './delta/pairs';
import { table } from './document';
import { countHubRequests } from './fleet/hubRequests';
import { missingBytes, publishVersion } from './fleet/publishPair';
import { simulate, type FleetResult } from './fleet/simulate';
import { today } from './machine';
import { runBench } from './runBench';
import { makeScratchFolder } from './scratch';

const USAGE = `pnpm bench:fleet [--devices 1000000] [--mib 256]
With other numbers than these nothing is written down.`;
const WHOLE = { devices: 1_000_000, mib: 256 };
const MEBIBYTE = 1024 * 1024;
const MODEL = { days: 30, places: 200, catalogSeconds: 60, seed: 1 };
/** As the product asks for pieces of a file. */
const PIECE_BYTES = 8 * MEBIBYTE;
/** Of the hub, in five minutes, without a sign-in. */
const QUOTAS = { api: 500, resolvers: 3000 };

interface FleetOptions {
  devices: number;
  mib: number;
  isWhole: boolean;
}

process.exitCode = await runBench(
  { usage: USAGE, heading: 'A million devices', parseOptions, measure },
  process.argv.slice(2),
);

function parseOptions(args: readonly string[]): FleetOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { devices: { type: 'string' }, mib: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return undefined;
  const devices = Number(values.devices ?? WHOLE.devices);
  const mib = Number(values.mib ?? WHOLE.mib);
  if (!(devices >= 1) || !(mib >= 16)) throw new TypeError('--mib is at least 16.');
  return { devices, mib, isWhole: devices === WHOLE.devices && mib === WHOLE.mib };
}

async function measure({ devices, mib }: FleetOptions): Promise<string> {
  const scratch = makeScratchFolder();
  try {
    const keys = await makeKeys(scratch);
    const old = oldFile(mib * MEBIBYTE);
    const first = await publishVersion(scratch, { name: 'first', file: old, keys });
    const rows: string[][] = [];
    let shown: FleetResult | undefined;
    for (const { name, file } of newFiles(old)) {
      const version = await publishVersion(scratch, { name: 'second', file, keys });
      const updateBytes = await missingBytes(scratch, { had: 'first', version });
      const result = simulate(
        { devices, ...MODEL },
        {
          ...{ catalogBytes: version.catalogBytes, signatureBytes: version.signatureBytes },
          ...{ installBytes: first.sizeBytes, updateBytes, indexBytes: version.indexBytes },
          pieceBytes: PIECE_BYTES,
        },
      );
      shown ??= result;
      const limitBytes = changedBytes(old, file);
      const { sizeBytes } = version;
      rows.push(rowOf({ name, sizeBytes, updateBytes, limitBytes }, version, result));
    }
    const hub = await countHubRequests(scratch);
    return textOf({ devices, mib, rows, shown, hub, first });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The least that any way of updating could fetch: the tensors that the first version hasn't, and the template. */
function changedBytes(old: MadeFile, file: MadeFile): number {
  const nameOf = ({ seed, data }: MadeFile['weights'][number]) => `${seed} ${String(data.length)}`;
  const had = new Set(old.weights.map(nameOf));
  const template = file.template === old.template ? 0 : file.template.length;
  return file.weights.reduce(
    (sum, weight) => sum + (had.has(nameOf(weight)) ? 0 : weight.data.length),
    template,
  );
}

function rowOf(
  change: { name: string; sizeBytes: number; updateBytes: number; limitBytes: number },
  { indexBytes }: { indexBytes: number },
  { deliveredBytes, originBytes, requests, originRequests }: FleetResult,
): string[] {
  const { name, sizeBytes, updateBytes, limitBytes } = change;
  return [
    name,
    bytes(limitBytes),
    bytes(updateBytes + indexBytes),
    percent((updateBytes + indexBytes) / sizeBytes),
    bytes(deliveredBytes),
    bytes(originBytes),
    percent(1 - originBytes / deliveredBytes),
    percent(1 - originRequests / requests),
  ];
}

interface Report {
  devices: number;
  mib: number;
  rows: readonly string[][];
  shown: FleetResult | undefined;
  hub: { api: number; resolvers: number };
  first: { catalogBytes: number; signatureBytes: number; indexBytes: number };
}

function textOf({ devices, mib, rows, shown, hub, first }: Report): string {
  const { days, places, catalogSeconds } = MODEL;
  const most = String(shown?.mostRequests ?? 0);
  return [
    `${today()}, ${devices.toLocaleString('en')} devices, a file of ${String(mib)} MiB.`,
    `Real: the files, indexes, catalog (${bytes(first.catalogBytes)}) and signature (${bytes(first.signatureBytes)}), as \`modelshelf publish\` writes them, and what the product's own search finds to be missing on a device with the first version. Simulated: when devices install (evenly over ${String(days)} days), that each asks for the catalog once a day and updates at its next look after half of the time, a CDN of ${String(places)} places of different size that keeps what is immutable and asks for the catalog again after ${String(catalogSeconds)} s. No byte went over a network, and a CDN that evicts files asks its origin more often.`,
    table(
      [
        ...[
          'what changed',
          'bytes that changed',
          'a device fetches',
          'of the file',
          'delivered',
          'from the origin',
        ],
        ...['bytes from the cache', 'requests from the cache'],
      ],
      rows,
    ),
    `A device sends at most ${most} requests in five minutes to the host, and none to the hub. A device that installs from the hub itself sends ${String(hub.api)} requests to its API and ${String(hub.resolvers)} for files, as counted at the local hub with a model of three files; the hub allows ${String(QUOTAS.api)} and ${String(QUOTAS.resolvers)} in five minutes to one address.`,
  ].join('\n\n');
}

async function makeKeys(scratch: string): Promise<{ key: string; root: string }> {
  const key = join(scratch, 'key');
  const root = join(scratch, 'root.json');
  const publicKey = await createKeyFile(key);
  const keys = ['--root-key', publicKey, '--catalog-key', publicKey, '--key', key];
  await writeRoot(parseCatalogOptions(['root', root, ...keys]), Date.now());
  return { key, root };
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let [value, unit] = [count, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value.toFixed(unit === 0 ? 0 : value < 10 ? 2 : 1)} ${units[unit] ?? ''}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
