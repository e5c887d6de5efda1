/** Opens the files of one import, and the other parts of a split model where this host can look for them. */
import { shardName, siblingName } from '../../platform/gguf/shardNames';
import type { GivenFile, Host, PickedFile, PickedFiles } from '../../platform/types';
import { MOST_SHARDS } from '../builds/shards';
import { refusal } from './refusal';

/**
 * The given files in their order, then those that lie beside the first and are named as its parts. A part that isn’t
 * there is left out. @throws ModelError IMPORT_REFUSED, DISK_IO
 */
export async function openParts(
  host: Pick<Host, 'pickedFiles'>,
  given: readonly GivenFile[],
): Promise<PickedFile[]> {
  const { pickedFiles } = host;
  const opened: PickedFile[] = [];
  for (const each of given) {
    if (!pickedFiles) throw refusal(nameOf(each), 'unsupported', 'this device opens no files');
    opened.push(await pickedFiles.open(each));
  }
  const [first] = given;
  if (pickedFiles && first !== undefined)
    opened.push(...(await others(pickedFiles, first, opened)));
  return opened;
}

async function others(
  pickedFiles: PickedFiles,
  given: GivenFile,
  opened: readonly PickedFile[],
): Promise<PickedFile[]> {
  const name = opened[0]?.name ?? '';
  const shard = shardName(name);
  if (shard === undefined) return [];
  const { count } = shard;
  if (count > MOST_SHARDS) {
    const reason = `it is one of ${String(count)} parts, and no model here has more than ${String(MOST_SHARDS)}`;
    throw refusal(name, 'unsupported', reason);
  }
  const found: PickedFile[] = [];
  const had = new Set(opened.map((file) => shardName(file.name)?.index));
  for (let index = 0; index < count; index += 1) {
    if (had.has(index)) continue;
    const sibling = await pickedFiles.openBeside?.(given, siblingName(name, index));
    if (sibling) found.push(sibling);
  }
  return found;
}

function nameOf(given: GivenFile): string {
  return typeof given === 'string' ? given : given.name;
}
