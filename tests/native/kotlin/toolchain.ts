/**
 * The Kotlin that React Native builds Android with, on this machine: a Java from here or from the system's packages, and
 * the compiler from npm, pinned, in the project's cache. It is no dependency: only these tests need it.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../../../scripts/build/projectRoot';

const run = promisify(execFile);

export const CACHE = join(PROJECT_ROOT, '.cache', 'kotlin');

/** What the lock file of the cache holds; npm refuses a package that differs. */
const COMPILER = {
  version: '2.1.20',
  integrity:
    'sha512-/5ZLOv0rhWQ/hQc58lXw5oyX/uMyKYwl9Bfe7Z1/jtYVq480+mFaeKkC5fHuMRWPTGDaELORVkzUCBsfCi+I9A==',
};
const LIBRARIES = join(CACHE, `compiler-${COMPILER.version}`, 'node_modules/kotlin-compiler/lib');
const RUNTIME = ['kotlin-stdlib', 'kotlinx-coroutines-core-jvm'];
const COMPILER_JARS = [
  ...['kotlin-compiler', 'kotlin-reflect', 'kotlin-script-runtime', 'kotlin-daemon-client'],
  'annotations-13.0',
];

/** The target that React Native sets for Android, and the newest that this compiler knows. */
const OLDEST_JAVA = 17;
const NEWEST_JAVA = 24;
/** A compiler that runs once is done before the JVM's own second compiler pays off. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

export interface Toolchain {
  /** Absolute path of the program. */
  java: string;
  javaVersion: string;
  kotlinVersion: string;
  /** Jars that compiled classes need to run. */
  runtime: string[];
}

/** A tool chain that works, or what is missing for one. Takes minutes the first time where a Java has to be installed. */
export async function findToolchain(): Promise<Toolchain | { missing: string }> {
  const java = installedJava() ?? installJava();
  if (!java) return { missing: `no Java from ${String(OLDEST_JAVA)} to ${String(NEWEST_JAVA)}` };
  if (!existsSync(LIBRARIES)) {
    const failure = await installCompiler();
    if (failure !== undefined) return { missing: `npm brought no kotlin-compiler: ${failure}` };
  }
  return { ...java, kotlinVersion: COMPILER.version, runtime: RUNTIME.map(jar) };
}

const jar = (name: string) => join(LIBRARIES, `${name}.jar`);

type Java = Pick<Toolchain, 'java' | 'javaVersion'>;

function installedJava(): Java | undefined {
  const homes = existsSync('/usr/lib/jvm')
    ? readdirSync('/usr/lib/jvm').map((name) => join('/usr/lib/jvm', name, 'bin'))
    : [];
  const { JAVA_HOME = '', PATH = '' } = process.env as Record<string, string | undefined>;
  const folders = [
    ...(JAVA_HOME === '' ? [] : [join(JAVA_HOME, 'bin')]),
    ...PATH.split(delimiter).filter((folder) => folder !== ''),
    ...homes,
  ];
  for (const folder of folders) {
    const java = join(folder, 'java');
    if (!existsSync(java)) continue;
    const { stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
    const [, javaVersion = ''] = /version "([^"]+)"/.exec(stderr) ?? [];
    const major = parseInt(javaVersion, 10);
    if (major >= OLDEST_JAVA && major <= NEWEST_JAVA) return { java, javaVersion };
  }
  return undefined;
}

function installJava(): Java | undefined {
  const isDebian = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isDebian) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => spawnSync('apt-get', args, { env, stdio: 'ignore' });
  apt('update', '-q');
  apt('install', '-y', '-q', '--no-install-recommends', 'default-jre-headless');
  return installedJava();
}

/** Undefined when it is there. */
async function installCompiler(): Promise<string | undefined> {
  const place = join(CACHE, `compiler-${COMPILER.version}`);
  const coming = `${place}.${String(process.pid)}`;
  const dependencies = { 'kotlin-compiler': COMPILER.version };
  await mkdir(coming, { recursive: true });
  const manifest = { name: 'kotlin', private: true, dependencies };
  await writeFile(join(coming, 'package.json'), JSON.stringify(manifest));
  const packages = { '': { dependencies }, 'node_modules/kotlin-compiler': COMPILER };
  const lock = { name: 'kotlin', lockfileVersion: 3, requires: true, packages };
  await writeFile(join(coming, 'package-lock.json'), JSON.stringify(lock));
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: coming });
    await rm(place, { recursive: true, force: true });
    await rename(coming, place);
    return undefined;
  } catch (error) {
    await rm(coming, { recursive: true, force: true });
    return String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n')[0];
  }
}

export interface Sources {
  /** Absolute paths of Kotlin files. */
  files: readonly string[];
  /** Jars and folders beyond those of the tool chain. */
  classPath?: readonly string[];
  /** Our own code has none; that of packages isn't ours to change. */
  allowsWarnings?: boolean;
}

/**
 * The folder of the compiled classes. Nothing is compiled twice. @throws Error with all that the compiler said, also
 * when it is a warning.
 */
export async function compile(
  { java, runtime }: Toolchain,
  { files, classPath = [], allowsWarnings = false }: Sources,
): Promise<string> {
  const options = [
    ...(allowsWarnings ? ['-nowarn'] : ['-Werror', '-Wextra']),
    ...['-no-stdlib', '-no-reflect', '-jvm-target', String(OLDEST_JAVA)],
  ];
  const hash = createHash('sha256').update(JSON.stringify([COMPILER, options, classPath]));
  for (const file of files) hash.update(`${basename(file)}\n`).update(await readFile(file));
  const place = join(CACHE, 'classes', hash.digest('hex').slice(0, 16));
  if (existsSync(place)) return place;
  const coming = `${place}.${String(process.pid)}`;
  const compiler = [...COMPILER_JARS, ...RUNTIME].map(jar).join(delimiter);
  const libraries = [...runtime, ...classPath].join(delimiter);
  try {
    await run(java, [
      ...[...SHORT_LIVED, '-cp', compiler, 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler'],
      ...[...options, '-classpath', libraries, '-d', coming, ...files],
    ]);
  } catch (error) {
    await rm(coming, { recursive: true, force: true });
    throw new Error((error as { stderr: string }).stderr);
  }
  await rename(coming, place);
  return place;
}
