/** Reads the environment: each variable is read only here, once, before anything is built. */
import { join } from 'node:path';

import { describeFailure } from '../../lib/components/words/failureWords';
import { isModelError, toFailure } from '../../lib/errors';
import { DEFAULT_HUB_ENDPOINT, readEndpoint } from '../../lib/platform/addresses/hubEndpoint';
import {
  createProxyFor,
  readProxy,
  type ProxyFor,
  type ProxySetting,
} from '../../lib/platform/node/http/nodeProxy';
import { localPath } from './localPath';
import { readSavedToken, tokenProblem } from './savedToken';
import { UsageError } from './usageError';

type Variables = Readonly<Record<string, string | undefined>>;

export interface Environment {
  hubEndpoint: string;
  /** A token saved by `hf` is looked for at the first call, when the token is about to be sent. */
  token: () => string | undefined;
  /** The file in which `hf` keeps the token; a sign-in is kept there, too. */
  tokenPath: string;
  /** The variable whose token counts before any kept one; undefined where there is none. */
  tokenSetBy: string | undefined;
  /** The id under which the hub knows this app; undefined where none is set. */
  oauthClientId: string | undefined;
  proxyFor: ProxyFor;
  /** Where this account's programs keep what they have to remember. */
  stateFolder: string;
  /** The variable that forbids every request; undefined while they are allowed. */
  switchedOffBy: string | undefined;
}

export interface CommandSettings {
  /** The option's proxy, for all addresses; '' means no proxy, regardless of the environment. */
  proxy: string | undefined;
  /** Called for a saved token that can't be used. */
  warn: (text: string) => void;
}

/** @throws UsageError for an unusable setting: to ignore it would do something that the person didn't ask for. */
export function readEnvironment(env: Variables, { proxy, warn }: CommandSettings): Environment {
  return {
    hubEndpoint: hubEndpoint(env),
    token: statedToken(env) ?? savedToken(env, warn),
    tokenPath: tokenPath(env),
    tokenSetBy: settingOf(env, ...TOKEN_VARIABLES)?.name,
    oauthClientId: valueOf(env, 'MODELSHELF_CLIENT_ID'),
    proxyFor: proxyRules(env, proxy),
    stateFolder: join(stateHome(env), 'modelshelf'),
    switchedOffBy: ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'].find((name) => isOn(env, name)),
  };
}

const TOKEN_VARIABLES = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'] as const;

/** https://no-color.org */
export function wantsColours(env: Variables): boolean {
  return valueOf(env, 'NO_COLOR') === undefined;
}

/** An empty variable counts as unset. */
function valueOf(env: Variables, ...names: string[]): string | undefined {
  return settingOf(env, ...names)?.value;
}

function settingOf(env: Variables, ...names: string[]): ProxySetting | undefined {
  for (const name of names) {
    const value = env[name]?.trim() ?? '';
    if (value !== '') return { name, value };
  }
  return undefined;
}

/** Reads a switch as `hf` does. */
function isOn(env: Variables, name: string): boolean {
  return /^(1|on|yes|true)$/i.test(valueOf(env, name) ?? '');
}

function hubEndpoint(env: Variables): string {
  const stated = valueOf(env, 'HF_ENDPOINT');
  if (stated === undefined) return DEFAULT_HUB_ENDPOINT;
  const { endpoint, problem } = readEndpoint(stated);
  if (endpoint === undefined) throw new UsageError(`HF_ENDPOINT ${problem}.`);
  return endpoint;
}

function statedToken(env: Variables): (() => string) | undefined {
  const stated = settingOf(env, ...TOKEN_VARIABLES);
  if (!stated) return undefined;
  const problem = tokenProblem(stated.value);
  if (problem !== undefined) throw new UsageError(`${stated.name} ${problem}.`);
  return () => stated.value;
}

function savedToken(env: Variables, warn: CommandSettings['warn']): Environment['token'] {
  if (isOn(env, 'HF_HUB_DISABLE_IMPLICIT_TOKEN')) return () => undefined;
  const path = tokenPath(env);
  let saved: { token: string | undefined } | undefined;
  return () => (saved ??= { token: readSavedToken(path, warn) }).token;
}

/** The path where `hf auth login` saves the token. */
function tokenPath(env: Variables): string {
  const path = (name: string) => {
    const value = valueOf(env, name);
    return value === undefined ? undefined : localPath(withVariables(value, env));
  };
  const cache = path('XDG_CACHE_HOME') ?? localPath('~/.cache');
  const home = path('HF_HOME') ?? join(cache, 'huggingface');
  return path('HF_TOKEN_PATH') ?? join(home, 'token');
}

function stateHome(env: Variables): string {
  return localPath(valueOf(env, 'XDG_STATE_HOME') ?? '~/.local/state');
}

function withVariables(text: string, env: Variables): string {
  return text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
    return env[plain ?? braced ?? ''] ?? whole;
  });
}

/** In the order in which curl reads them. */
function proxyRules(env: Variables, option: string | undefined): ProxyFor {
  const noProxy = valueOf(env, 'no_proxy', 'NO_PROXY');
  if (option !== undefined) {
    const setting = option.trim() === '' ? undefined : checked({ name: '--proxy', value: option });
    return createProxyFor({ https: setting, http: setting, noProxy });
  }
  const otherwise = ['all_proxy', 'ALL_PROXY'];
  return createProxyFor({
    https: settingOf(env, 'https_proxy', 'HTTPS_PROXY', ...otherwise),
    http: settingOf(env, 'http_proxy', 'HTTP_PROXY', ...otherwise),
    noProxy,
  });
}

function checked(setting: ProxySetting): ProxySetting {
  try {
    readProxy(setting);
    return setting;
  } catch (error) {
    if (!isModelError(error)) throw error;
    throw new UsageError(describeFailure(toFailure(error)).detail);
  }
}
