/** Names owners so that other owners can compare: the machine, the current run of its system, its network. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';

import { bootId } from './bootId';

/** File systems that only one machine can mount at a time, by Linux's numbers: ext, XFS, Btrfs, F2FS, ZFS. */
const OF_ONE_MACHINE = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1]);
const UNKNOWN = '0'.repeat(8);

/** The addresses under which other owners can compete for the same lock. */
export interface Reach {
  /** The address that the lock's socket listens on. */
  address: string;
  /** The models folder, absolute. */
  root: string;
}

/** A new name, never used before. */
export function createOwner(reach: Reach): string {
  return renewed(tagsOf(reach).join('-'));
}

/** Another new name of the same owner. */
export function renewed(owner: string): string {
  return [...owner.split('-').slice(0, 3), randomBytes(8).toString('hex')].join('-');
}

/**
 * Whether an owner can't be alive, given that this process holds its lock. That is certain if the owner listened
 * on the same address in the same network, where locks are exact, or in an earlier run of this machine's
 * system. False where it isn't certain.
 */
export async function isGone(owner: string, reach: Reach): Promise<boolean> {
  const [machine, boot, socket] = tagsOf(reach);
  const [itsMachine, itsBoot, itsSocket] = owner.split('-');
  if (itsBoot === boot) return itsSocket === socket;
  return itsMachine === machine && machine !== UNKNOWN && (await isOfOneMachine(reach.root));
}

function tagsOf({ address }: Reach): [machine: string, boot: string, socket: string] {
  const name = hostname();
  const machineId = textOf(() => readFileSync('/etc/machine-id', 'utf8').trim());
  const network = textOf(() => readlinkSync('/proc/self/ns/net'));
  return [
    machineId === '' ? UNKNOWN : tagOf(machineId, name),
    // Where the system doesn't name its runs, two machines that started in the same minute would look alike.
    tagOf(bootId(), network === '' ? name : ''),
    // One volume may be mounted at two paths in one network, and the address is derived from the path.
    tagOf(network, address),
  ];
}

/** Empty where the system doesn't provide it. */
function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function tagOf(...texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 8);
}

async function isOfOneMachine(folder: string): Promise<boolean> {
  try {
    return OF_ONE_MACHINE.has((await statfs(folder)).type);
  } catch {
    return false;
  }
}
