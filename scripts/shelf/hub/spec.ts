/** Reads the names of models as people type or copy them. Pure. */
import { readWebAddress } from '../../../lib/ai/registry/fileAddress';
import { findModel, type LlmModelConfig } from '../../../lib/ai/modelConfig';
import { printable } from '../../../lib/components/words/words';
import {
  addressBelow,
  DEFAULT_HUB_ENDPOINT,
  isPublicHub,
} from '../../../lib/platform/addresses/hubEndpoint';
import { UsageError } from '../../cli/usageError';

/** A model in a repository of the hub. */
export interface HubSpec {
  kind: 'hub';
  /** `owner/name`. */
  repository: string;
  /** A branch, a tag or a commit; `main` unless one was named. */
  revision: string;
  quantization: string | undefined;
  /** The path of the weights, where an address named them. */
  path: string | undefined;
}

export type Spec = HubSpec | { kind: 'registry'; model: LlmModelConfig };

export interface SpecContext {
  registry: readonly LlmModelConfig[];
  hubEndpoint: string;
}

/** Also the rule of the hub: letters, digits, `-`, `_` and `.`. */
const REPOSITORY = /^[\w.-]{1,96}\/[\w.-]{1,96}$/;
const DEFAULT_REVISION = 'main';

/** @throws UsageError that states the accepted forms */
export function readSpec(written: string, { registry, hubEndpoint }: SpecContext): Spec {
  const text = written.trim();
  const model = findModel(registry, text);
  if (model) return { kind: 'registry', model };
  const address = asAddress(text, hubEndpoint);
  if (address !== undefined) return readAddress(address, hubEndpoint, text);
  const [, named = '', revision = DEFAULT_REVISION] =
    /^(?:hf:(?:\/\/)?)?([^@]*)(?:@(.+))?$/.exec(text) ?? [];
  const [, repository = '', quantization] = /^([^:]*)(?::(.+))?$/.exec(named) ?? [];
  if (!isRepository(repository)) throw unreadable(text, registry);
  return { kind: 'hub', repository, revision, quantization, path: undefined };
}

function isRepository(text: string): boolean {
  return REPOSITORY.test(text) && text.split('/').every((part) => !/^\.+$/.test(part));
}

/** The text if it is a web address, also without its scheme as browsers show it; undefined for any other form. */
function asAddress(text: string, hubEndpoint: string): string | undefined {
  if (/^https?:\/\//i.test(text)) return text;
  const { host } = new URL(hubEndpoint);
  const isHost = /^(www\.)?(huggingface\.co|hf\.co)\//i.test(text) || text.startsWith(`${host}/`);
  return isHost ? `https://${text}` : undefined;
}

function readAddress(address: string, hubEndpoint: string, text: string): HubSpec {
  const { url: read, problem } = readWebAddress(address, hubEndpoint);
  if (problem !== undefined) throw new UsageError(`${printable(text)} ${problem}.`);
  const url = new URL(read);
  const endpoint = isPublicHub(url) ? DEFAULT_HUB_ENDPOINT : hubEndpoint;
  const below = addressBelow(url, endpoint);
  if (below === undefined) {
    throw new UsageError(
      `${printable(text)} isn’t an address of the hub. HF_ENDPOINT names another hub; a file elsewhere is written into the lock by hand.`,
    );
  }
  const [, owner = '', name = '', kind, behind = ''] =
    /^\/([^/]+)\/([^/]+)(?:\/(resolve|blob|tree|raw)\/(.+))?\/?$/.exec(pathOf(below)) ?? [];
  const repository = `${owner}/${name}`;
  if (!isRepository(repository)) {
    throw new UsageError(`${printable(text)} names no repository and no file of the hub.`);
  }
  const whole = { kind: 'hub', repository, quantization: undefined } as const;
  return { ...whole, ...readPlace(kind, behind) };
}

/** `behind` is what follows the kind of page. */
function readPlace(kind: string | undefined, behind: string): Pick<HubSpec, 'revision' | 'path'> {
  const segments = behind.split('/').filter((segment) => segment !== '');
  const [revision = DEFAULT_REVISION, ...path] = segments.map(decoded);
  const isFile = kind !== undefined && kind !== 'tree' && path.length > 0;
  return { revision, path: isFile ? path.join('/') : undefined };
}

/** Without the parts after “?” and “#”, which concern only the page. */
function pathOf(below: string): string {
  return below.replace(/[?#].*$/, '');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // An invalid percent escape is no escape: the hub is asked for the text as it stands.
    return segment;
  }
}

function unreadable(text: string, registry: readonly LlmModelConfig[]): UsageError {
  const ids = registry.map(({ modelId }) => `  ${modelId}`).join('\n');
  return new UsageError(
    `${printable(text)} names no model. Write hf:OWNER/NAME:QUANTIZATION, the address of a file at the hub, or one of these ids:\n${ids}`,
  );
}
