/** `pnpm bench:download`: what downloading costs with ours and with its peers, as whole processes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from './certificate';
import {
  BARE_CLIENTS,
  CONTENDERS,
  installPeers,
  LAUNCHER,
  ON_FAR_PATH,
  OURS,
  ours,
  packageVersion,
  programVersion,
  RESUMERS,
  versionOf,
  withOpenssl,
  type Contender,
} from './contenders';
import { parseOptions, USAGE, type DownloadBenchOptions } from './downloadOptions';
import { LOSS_PERCENT, openFarPath, ROUND_TRIP_MS } from './farPath';
import { runBench } from './runBench';
import { whileBusy } from './busyMachine';
import { reportText } from './downloadReport';
import { killInTurn, type KillCosts } from './kill';
import { measure, median, requireTime } from './measure';
import { makePayload, MIB, type Payload } from './payload';
import { makeTarget, race, type Costs, type Ground } from './race';
import { makeScratchFolder } from './scratch';
import { LOCAL, startServer, type Lane } from './server';
import { PROJECT_ROOT } from '../build/projectRoot';

const TITLES = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['throttled', 'http, 25 MiB/s a connection'],
  ['throttledTls', 'https, 25 MiB/s a connection'],
  ['busy', 'https, 25 MiB/s a connection, while two processes compute'],
  ['far', `https, ${ROUND_TRIP_MS} ms there and back, ${LOSS_PERCENT} % of packets lost each way`],
  ['memory', 'https'],
]);

// On one connection they all take the same 41 seconds; one of each kind says so.
const NOT_THROTTLED = ['wget', 'curl, then openssl'];
/** With one connection each. */
const SINGLE = [...NOT_THROTTLED, 'curl', '@huggingface/hub', 'curl -C -'];
const IN_MEMORY = [OURS, 'curl'];
/** What sixteen connections cost, against who opens as many and then looks at what came. */
const WITH_MANY = [OURS, withOpenssl('aria2c -x16 -s16')];
const STARTS = 7;
const NO_FAR_PATH =
  'A path of 40 ms with losses is not measured: it needs root, /dev/net/tun, ip and python3.';

process.exitCode = await runBench(
  { usage: USAGE, heading: 'Downloads from a terminal', parseOptions, measure: bench },
  process.argv.slice(2),
);

async function bench(options: DownloadBenchOptions): Promise<string> {
  requireTime();
  const { parts, sizeMib } = options;
  const sizeBytes = sizeMib * MIB;
  const { present, notes, versions } = whoIsHere(options);
  const scratch = makeScratchFolder();
  mkdirSync(join(scratch, 'files'));
  const make = (bytes: number) => makePayload(join(scratch, 'files'), bytes);
  const main = await make(sizeBytes);
  const small = await make(64 * 1024);
  const large = parts.includes('memory') ? await make(4 * sizeBytes) : undefined;
  const farPath = parts.includes('far') ? await openFarPath() : undefined;
  const far = farPath && (await make(sizeBytes / 8));
  if (parts.includes('far') && !farPath) notes.push(NO_FAR_PATH);
  const payloads = [main, small, large, far].filter((payload) => payload !== undefined);
  const farAddress = farPath?.address;
  const certificate = makeCertificate(scratch, farAddress ? [LOCAL, farAddress] : [LOCAL]);
  const server = await startServer({ folder: scratch, payloads, certificate, farAddress });
  const ground = { scratch, server, authorityFile: certificate.authorityFile, farPath };
  // The first start compiles.
  execFileSync(process.execPath, [LAUNCHER, '--version'], { stdio: 'pipe' });

  const starts = parts.includes('start')
    ? await measureStarts(ground, small)
    : new Map<string, number>();
  const onFailure = (peer: string) => notes.push(`${peer} failed in one run, which isn’t counted.`);
  const races = await runRaces(ground, { options, present, main, large, far, onFailure });
  const kills = parts.includes('kill')
    ? await runKills(ground, options, main)
    : new Map<string, never>();
  const verified = new Set(
    [...present, ...BARE_CLIENTS].filter(({ verified }) => verified).map(({ name }) => name),
  );
  return reportText({
    options,
    races,
    kills,
    starts,
    sizeBytes,
    titles: TITLES,
    verified,
    versions,
    notes,
  });
}

interface RacesOptions {
  options: DownloadBenchOptions;
  present: readonly Contender[];
  main: Payload;
  large: Payload | undefined;
  far: Payload | undefined;
  onFailure: (peer: string) => void;
}

async function runRaces(
  ground: Ground,
  { options, present, main, large, far, onFailure }: RacesOptions,
) {
  const { parts, runs, skipsSingle } = options;
  const leftAtThrottle = skipsSingle ? SINGLE : NOT_THROTTLED;
  const races = new Map<string, Costs>();
  for (const lane of ['http', 'https', 'throttled'] as const) {
    if (!parts.includes(lane)) continue;
    const left = lane === 'throttled' ? leftAtThrottle : [];
    const contenders = present.filter(({ name }) => !left.includes(name));
    races.set(lane, await race(ground, { lane, payload: main, contenders, runs, onFailure }));
  }
  const many = [
    ...present.filter(({ name }) => WITH_MANY.includes(name)),
    ...BARE_CLIENTS.filter((contender) => isChosen(contender, options)),
  ];
  const throttled = {
    lane: 'throttledTls',
    payload: main,
    contenders: many,
    runs,
    onFailure,
  } as const;
  if (parts.includes('throttledTls')) races.set('throttledTls', await race(ground, throttled));
  if (parts.includes('busy')) {
    races.set('busy', await whileBusy(() => race(ground, throttled)));
  }
  if (far) {
    const contenders = ON_FAR_PATH.filter((contender) => isHere(contender, options));
    races.set(
      'far',
      await race(ground, { lane: 'far', payload: far, contenders, runs, onFailure }),
    );
  }
  if (large) {
    const contenders = present.filter(({ name }) => IN_MEMORY.includes(name));
    races.set(
      'memory',
      await race(ground, { lane: 'https', payload: large, contenders, runs, onFailure }),
    );
  }
  return races;
}

async function runKills(ground: Ground, options: DownloadBenchOptions, payload: Payload) {
  const kills = new Map<Lane, ReadonlyMap<string, KillCosts>>();
  const contenders = RESUMERS.filter((contender) => isHere(contender, options));
  for (const lane of ['http', 'throttled'] as const) {
    const left = lane === 'throttled' && options.skipsSingle ? SINGLE : [];
    const killed = contenders.filter(({ name }) => !left.includes(name));
    kills.set(
      lane,
      await killInTurn(ground, { lane, payload, contenders: killed, runs: options.runs }),
    );
  }
  return kills;
}

async function measureStarts(ground: Ground, small: Payload): Promise<Map<string, number>> {
  const help = () => Promise.resolve([{ program: process.execPath, args: [LAUNCHER, '--help'] }]);
  const download = async () => ours(await makeTarget(ground, 'https', small));
  const starts = new Map<string, number>();
  for (const [name, commands] of Object.entries({ '--help': help, download })) {
    const seconds: number[] = [];
    for (let run = 0; run < STARTS; run += 1) {
      seconds.push((await measure(await commands(), ground.scratch)).wallSeconds);
    }
    starts.set(name, median(seconds));
  }
  return starts;
}

function whoIsHere(options: DownloadBenchOptions) {
  const notes: string[] = [];
  if (options.skipsSingle) {
    notes.push(
      `At 25 MiB/s a connection left out for taking as long as one takes: ${SINGLE.join('; ')}.`,
    );
  }
  const chosen = CONTENDERS.filter((contender) => isChosen(contender, options));
  const problem = chosen.some(({ needs }) => 'npm' in needs) ? installPeers() : undefined;
  if (problem !== undefined) notes.push(`Packages could not be installed: ${problem}`);
  const present = chosen.filter((contender) => versionOf(contender) !== undefined);
  for (const { name } of chosen.filter((contender) => !present.includes(contender))) {
    notes.push(`${name} is left out: it is not installed.`);
  }
  const named = present.filter(({ name }) => name !== OURS);
  const versions = new Map([
    [OURS, packageVersion(PROJECT_ROOT)],
    ['Node', process.versions.node],
    ...['nginx', 'openssl'].map((program) => [program, programVersion(program)] as const),
    ...named.map((contender) => [peerName(contender), versionOf(contender)] as const),
  ]);
  return {
    present,
    notes,
    versions: [...versions].map(([name, version]) => `${name} ${version ?? '?'}`),
  };
}

function peerName({ needs }: Contender): string {
  return 'npm' in needs ? needs.npm : needs.program;
}

function isHere(contender: Contender, options: DownloadBenchOptions): boolean {
  return isChosen(contender, options) && versionOf(contender) !== undefined;
}

function isChosen({ name }: Contender, { peers }: DownloadBenchOptions): boolean {
  return name === OURS || !peers || peers.some((word) => name.includes(word));
}
