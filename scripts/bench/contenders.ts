/** Who is measured: how each is found and named, and the commands by which it fetches one file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../build/projectRoot';
import type { BenchCommand } from './measure';
import { REPO, type Payload } from './payload';

/** What to fetch, and where to. */
export interface Target {
  payload: Payload;
  origin: string;
  url: string;
  authorityFile: string;
  /** Ours reads the address, size and digest from it. */
  catalogFile: string;
  /** Empty and its own. */
  folder: string;
}

export interface Contender {
  name: string;
  /** Whether SHA-256 of the whole file is part of what is measured. */
  verified: boolean;
  /** It shows what a part of the work costs. */
  leavesNoFile?: boolean;
  /** A program on PATH, or a package that the bench installs. */
  needs: { program: string } | { npm: string };
  /** One after the other. */
  commands(target: Target): BenchCommand[];
}

export const LAUNCHER = join(PROJECT_ROOT, 'scripts', 'downloadModels.mjs');
export const PEERS = join(PROJECT_ROOT, '.cache', 'bench', 'peers');

export const OURS = 'Modelshelf';

export const CONTENDERS: readonly Contender[] = [
  { name: OURS, verified: true, needs: { program: 'node' }, commands: ours },
  { name: 'curl', verified: false, needs: { program: 'curl' }, commands: curl() },
  thenOpenssl('curl', curl()),
  { name: 'wget', verified: false, needs: { program: 'wget' }, commands: wget },
  { name: 'aria2c -x8 -s8', verified: false, needs: { program: 'aria2c' }, commands: aria2(8) },
  { name: 'aria2c -x16 -s16', verified: false, needs: { program: 'aria2c' }, commands: aria2(16) },
  thenOpenssl('aria2c -x8 -s8', aria2(8)),
  thenOpenssl('aria2c -x16 -s16', aria2(16)),
  {
    name: '@huggingface/hub',
    verified: false,
    needs: { npm: '@huggingface/hub' },
    commands: ({ payload, origin, folder, authorityFile }) => [
      inPeers(
        `import { downloadFileToCacheDir } from '@huggingface/hub';
         await downloadFileToCacheDir(JSON.parse(process.argv[1]));`,
        {
          repo: REPO,
          path: payload.fileName,
          revision: payload.revision,
          hubUrl: origin,
          cacheDir: folder,
        },
        authorityFile,
      ),
    ],
  },
  {
    name: 'ipull, 8 connections',
    verified: false,
    needs: { npm: 'ipull' },
    commands: ({ url, folder, authorityFile }) => [
      inPeers(
        `import { downloadFile } from 'ipull';
         const downloader = await downloadFile(JSON.parse(process.argv[1]));
         await downloader.download();`,
        { url, directory: folder, parallelStreams: 8 },
        authorityFile,
      ),
    ],
  },
];

/** What Node itself costs with sixteen connections over TLS, by a client that does no more than it must. */
export const BARE = 'a bare client in Node';
export const BARE_RECEIVER = `${BARE} that keeps nothing`;
export const BARE_CLIENTS: readonly Contender[] = [
  bareClient(BARE, { verified: true, mode: 'all' }),
  {
    ...bareClient(BARE_RECEIVER, { verified: false, mode: 'receive' }),
    leavesNoFile: true,
  },
];

/** For a path on which one connection gets nowhere: each with as many as it asks for, however small the file. */
export const ON_FAR_PATH: readonly Contender[] = [
  { name: OURS, verified: true, needs: { program: 'node' }, commands: ours },
  ...[8, 16].map((connections) => ({
    name: `aria2c -x${connections} -s${connections} -k1M`,
    verified: false,
    needs: { program: 'aria2c' },
    commands: aria2(connections, '-k1M'),
  })),
];

/** Those that go on where a killed run stopped, or try to, when the same command is given again. */
export const RESUMERS: readonly Contender[] = [
  { name: OURS, verified: true, needs: { program: 'node' }, commands: ours },
  { name: 'curl -C -', verified: false, needs: { program: 'curl' }, commands: curl('-C', '-') },
  { name: 'aria2c -x8 -s8', verified: false, needs: { program: 'aria2c' }, commands: aria2(8) },
];

/** The name of a contender followed by a digest of its own. */
export function withOpenssl(name: string): string {
  return `${name}, then openssl`;
}

function thenOpenssl(name: string, fetchIt: Contender['commands']): Contender {
  return {
    name: withOpenssl(name),
    verified: true,
    needs: { program: name.split(' ')[0] ?? name },
    commands: (target) => [
      ...fetchIt(target),
      { program: 'openssl', args: ['dgst', '-sha256', fileOf(target)] },
    ],
  };
}

function fileOf({ folder, payload }: Target): string {
  return join(folder, payload.fileName);
}

export function ours({ origin, folder, catalogFile, authorityFile }: Target): BenchCommand[] {
  const task = ['--model', 'bench', '--runtime', 'llama.cpp', '--quiet'];
  return [
    {
      program: process.execPath,
      args: [LAUNCHER, ...task, '--catalog', catalogFile, '--dir', folder],
      env: { HF_ENDPOINT: origin, HF_TOKEN: '', NODE_EXTRA_CA_CERTS: authorityFile },
    },
  ];
}

// No contender reads a configuration of whoever runs the bench.
function curl(...more: string[]): Contender['commands'] {
  return (target) => [
    {
      program: 'curl',
      args: [
        ...['-q', '--silent', '--show-error', '--fail', '--cacert', target.authorityFile],
        ...more,
        ...['--output', fileOf(target), target.url],
      ],
    },
  ];
}

function wget(target: Target): BenchCommand[] {
  const trust = `--ca-certificate=${target.authorityFile}`;
  const args = ['--no-config', '--quiet', trust, '-O', fileOf(target), target.url];
  return [{ program: 'wget', args }];
}

function aria2(connections: number, ...more: string[]): Contender['commands'] {
  return ({ authorityFile, folder, payload, url }) => [
    {
      program: 'aria2c',
      args: [
        ...['--no-conf', '--quiet', `--ca-certificate=${authorityFile}`],
        ...[`-x${connections}`, `-s${connections}`, '--file-allocation=none', ...more],
        ...['--dir', folder, '--out', payload.fileName, url],
      ],
    },
  ];
}

function bareClient(
  name: string,
  { verified, mode }: { verified: boolean; mode: 'all' | 'receive' },
): Contender {
  return {
    name,
    verified,
    needs: { program: 'node' },
    commands(target) {
      const { url, authorityFile, payload } = target;
      const what = [url, authorityFile, fileOf(target), String(payload.sizeBytes), payload.sha256];
      const program = join(PROJECT_ROOT, 'scripts', 'bench', 'bareClient.mjs');
      return [{ program: process.execPath, args: [program, ...what, mode] }];
    },
  };
}

function inPeers(script: string, argument: object, authorityFile: string): BenchCommand {
  return {
    program: process.execPath,
    args: ['--input-type=module', '--eval', script, '--', JSON.stringify(argument)],
    cwd: PEERS,
    env: { NODE_EXTRA_CA_CERTS: authorityFile },
  };
}

/** Brings the packages into the cache, apart from the project's own. Returns why they can't be had, if so. */
export function installPeers(): string | undefined {
  mkdirSync(PEERS, { recursive: true });
  const manifest = {
    private: true,
    dependencies: { '@huggingface/hub': '2.17.5', ipull: '4.0.3' },
  };
  writeFileSync(join(PEERS, 'package.json'), JSON.stringify(manifest));
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
      cwd: PEERS,
      stdio: 'pipe',
    });
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

/** Undefined where it isn't there. */
export function versionOf({ needs }: Pick<Contender, 'needs'>): string | undefined {
  if ('npm' in needs) return packageVersion(join(PEERS, 'node_modules', needs.npm));
  return programVersion(needs.program);
}

export function programVersion(program: string): string | undefined {
  const question = { openssl: 'version', nginx: '-v' }[program] ?? '--version';
  try {
    // nginx answers on the other stream.
    const output = execFileSync('sh', ['-c', '"$0" "$1" 2>&1', program, question]).toString();
    return /\d+\.\d+(\.\d+)?/.exec(output)?.[0];
  } catch {
    // Not installed: the bench says so where it leaves it out.
    return undefined;
  }
}

export function packageVersion(folder: string): string | undefined {
  try {
    const manifest = readFileSync(new URL('package.json', pathToFileURL(`${folder}/`)), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  } catch {
    // As above.
    return undefined;
  }
}
