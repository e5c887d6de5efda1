/** The plan of one download. Pure: this module has no side effects. */
import * as v from 'valibot';

import { modelFiles } from '../../ai/registry/modelFiles';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { FILE_ROLES, type FileRole } from '../../ai/runtimes/modelBuild';
import { RUNTIMES } from '../../ai/runtimes/runtimes';
import { addressBelow } from '../../platform/addresses/hubEndpoint';
import type { Runtime } from '../../platform/types';

/** One file to fetch. Facts from the registry are final; the hub is asked for missing ones before the first byte. */
export interface PlannedFile {
  fileName: string;
  role: FileRole;
  /** An address without its hub, so that one mirror can resume what another began; or the id of a bundled file. */
  source: { kind: 'remote'; address: string } | { kind: 'bundled'; requireId: string };
  /** Undefined while it isn't known. */
  sizeBytes?: number;
  /** The digest that the bytes on the disk must have; undefined where none is published. */
  digest?: { algorithm: 'sha256' | 'git-sha1'; hex: string };
  /** The source of `digest`. */
  checkedAgainst: 'registry' | 'hub' | 'app' | 'none';
  /** The commit to which the hub resolved a tag or a branch; requests use it instead of the name. */
  revision?: string;
  /** The hub's name of the file in its store of chunks. */
  xetHash?: string;
}

export interface DownloadPlan {
  modelId: string;
  runtime: Runtime;
  files: PlannedFile[];
  /** A file arrived with wrong bytes twice, so the hub's facts are requested again before the download resumes. */
  isDoubted?: true;
}

/** The name of a plan's record in the staging folder. */
export const PLAN_NAME = 'plan.json';

/** The plan from the registry's facts, without a request. @throws never for a model without an `unavailable` source. */
export function draftPlan(
  config: LlmModelConfig,
  runtime: Runtime,
  hubEndpoint: string,
): DownloadPlan {
  const files = modelFiles(config, runtime).flatMap(({ fileName, role, source }): PlannedFile[] => {
    if (source.kind === 'unavailable') return [];
    if (source.kind === 'bundled') return [{ fileName, role, source, checkedAgainst: 'app' }];
    const { sizeBytes, sha256 } = source;
    return [
      {
        ...{ fileName, role },
        source: { kind: 'remote', address: addressOf(source.url, hubEndpoint) },
        ...(sizeBytes !== undefined && { sizeBytes }),
        ...(sha256 !== undefined && { digest: { algorithm: 'sha256', hex: sha256 } as const }),
        checkedAgainst: sha256 === undefined ? 'none' : 'registry',
      },
    ];
  });
  return { modelId: config.modelId, runtime, files };
}

function addressOf(address: string, hubEndpoint: string): string {
  const url = new URL(address);
  return addressBelow(url, hubEndpoint) ?? url.pathname + url.search;
}

/**
 * Whether bytes that were received under `begun` are bytes of the files in `draft`: the same files
 * from the same addresses, and no planned fact differs from one that the registry states.
 */
export function continues(begun: DownloadPlan, draft: DownloadPlan): boolean {
  return (
    begun.modelId === draft.modelId &&
    begun.runtime === draft.runtime &&
    begun.files.length === draft.files.length &&
    draft.files.every((wanted, index) => {
      const had = begun.files[index];
      return had !== undefined && isSameFile(had, wanted);
    })
  );
}

function isSameFile(had: PlannedFile, wanted: PlannedFile): boolean {
  return (
    had.fileName === wanted.fileName &&
    sourceKey(had) === sourceKey(wanted) &&
    (wanted.sizeBytes === undefined || had.sizeBytes === wanted.sizeBytes) &&
    (wanted.digest === undefined || had.digest?.hex === wanted.digest.hex)
  );
}

function sourceKey({ source }: PlannedFile): string {
  return source.kind === 'remote' ? source.address : `bundled:${source.requireId}`;
}

/** The size of all files together, or undefined while one size is unknown. */
export function plannedBytes(plan: DownloadPlan): number | undefined {
  let total = 0;
  for (const { sizeBytes } of plan.files) {
    if (sizeBytes === undefined) return undefined;
    total += sizeBytes;
  }
  return total;
}

/** The name of a file until its bytes are verified. */
export function partName(fileName: string): string {
  return `${fileName}.part`;
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

const planSchema = v.object({
  version: v.literal(2),
  modelId: v.string(),
  isDoubted: v.exactOptional(v.literal(true)),
  runtime: v.picklist(RUNTIMES),
  files: v.array(
    v.object({
      fileName: v.string(),
      role: v.exactOptional(v.picklist(FILE_ROLES)),
      source: v.variant('kind', [
        v.object({ kind: v.literal('remote'), address: v.pipe(v.string(), v.startsWith('/')) }),
        v.object({ kind: v.literal('bundled'), requireId: v.string() }),
      ]),
      sizeBytes: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
      digest: v.exactOptional(
        v.object({ algorithm: v.picklist(['sha256', 'git-sha1']), hex: v.string() }),
      ),
      checkedAgainst: v.picklist(['registry', 'hub', 'app', 'none']),
      revision: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))),
      xetHash: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
    }),
  ),
});

export function formatPlan(plan: DownloadPlan): string {
  return JSON.stringify({ version: 2, ...plan }, undefined, 2);
}

/** The plan in a record, or undefined when the text isn't a valid plan: the staged bytes can't be identified then. */
export function parsePlan(text: string | undefined): DownloadPlan | undefined {
  const parsed = v.safeParse(planSchema, parseJson(text));
  if (!parsed.success) return undefined;
  const { version: _, ...plan } = parsed.output;
  return { ...plan, files: withRoles(plan.files) };
}

/** The roles by the order of the files, in which every record without roles was written. */
const EARLIER_ROLES: readonly FileRole[] = ['weights', 'tokenizer', 'tokenizerConfig'];

/** The files of a record, each with its role. Records of version 0.1 and earlier state no roles. */
export function withRoles<File extends { role?: FileRole }>(
  files: readonly File[],
): (File & { role: FileRole })[] {
  return files.map((file, index) => ({
    ...file,
    role: file.role ?? EARLIER_ROLES[index] ?? 'weights',
  }));
}

/** The value in a JSON text, or undefined for a missing or damaged text. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A damaged record counts as a missing one: the caller starts over.
    return undefined;
  }
}
