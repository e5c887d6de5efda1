/** Says what a models folder holds by reading it, and by nothing else: shares no code with the product, so that both can't be wrong alike. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { FixtureModel } from './fixture';

/** Of a build for phones, which is what the command fetches unless told otherwise. */
const RECORD = 'model.executorch.json';

export type Presence =
  | { kind: 'absent' }
  | { kind: 'installed' }
  /** There is a record, and not what it promises. */
  | { kind: 'corrupt'; reason: string };

/** A model is installed if its record lies in its folder; then all of its files have to be there, bit by bit. */
export async function inspectModel(folder: string, model: FixtureModel): Promise<Presence> {
  const place = join(folder, model.modelId);
  const text = await readIfThere(join(place, RECORD));
  if (text === undefined) return { kind: 'absent' };
  const reason = listProblem(text, model) ?? (await filesProblem(place, model));
  return reason === undefined ? { kind: 'installed' } : { kind: 'corrupt', reason };
}

function listProblem(text: string, model: FixtureModel): string | undefined {
  let names: string[];
  try {
    const { files } = JSON.parse(text) as { files: { fileName: string }[] };
    names = files.map(({ fileName }) => fileName).sort();
  } catch (error) {
    return `its record can't be read: ${String(error)}`;
  }
  const wanted = model.files.map(({ fileName }) => fileName).sort();
  const isSame = JSON.stringify(names) === JSON.stringify(wanted);
  return isSame ? undefined : `its record lists ${names.join(', ') || 'nothing'}`;
}

async function filesProblem(place: string, model: FixtureModel): Promise<string | undefined> {
  for (const { fileName, content } of model.files) {
    const actual = await sha256Of(join(place, fileName));
    if (actual === undefined) return `${fileName} is missing`;
    if (actual !== content.digest('sha256')) return `${fileName} has other bytes`;
  }
  return undefined;
}

async function sha256Of(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Everything in a folder that isn't part of one of these installed models. Paths in the folder. */
export async function findLeftovers(
  folder: string,
  installed: readonly FixtureModel[],
): Promise<string[]> {
  const parts = installed.flatMap(({ modelId, files }) =>
    [RECORD, ...files.map(({ fileName }) => fileName)].map((name) => `${modelId}/${name}`),
  );
  const paths = await filesBelow(folder);
  return paths.filter((path) => !parts.includes(path));
}

const TEMPORARY = /\.[0-9a-f]{12}\.tmp$/;
const TWO_MINUTES_MS = 120_000;

/**
 * Makes temporary files two minutes old. A process that is killed while it writes a small record leaves one behind; the
 * product removes it with the next listing that finds it older than a minute.
 */
export async function ageTemporaryFiles(folder: string): Promise<void> {
  const time = new Date(Date.now() - TWO_MINUTES_MS);
  for (const path of (await filesBelow(folder)).filter((each) => TEMPORARY.test(each))) {
    await utimes(join(folder, path), time, time);
  }
}

/** Everything that belongs to a model, in its own folder or on its way in or out. */
export async function findRemains(folder: string, { modelId }: FixtureModel): Promise<string[]> {
  const paths = await filesBelow(folder);
  return paths.filter((path) => path.split('/').includes(modelId));
}

async function filesBelow(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await filesBelow(folder, path)));
    else paths.push(path);
  }
  return paths;
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
