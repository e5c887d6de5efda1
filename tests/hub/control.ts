/** Controls the hub over HTTP, for tests that run in another process or in a browser. */
import { FAULT_NAMES } from './faults';
import type { Fault, FaultRule, FaultRules } from './faults';
import type { LogEntry } from './log';
import { jsonReply, textReply } from './reply';
import type { HubRequest, Reply } from './reply';

/** The part of the hub that can be controlled over HTTP. */
export interface Commands {
  readonly log: readonly LogEntry[];
  readonly faults: Pick<FaultRules, 'push'>;
  release(): void;
  expireSignatures(): void;
  reset(): void;
}

const PREFIX = '/__hub/';

export function isControl({ origin, url }: HubRequest): boolean {
  return origin === 'hub' && url.pathname.startsWith(PREFIX);
}

/**
 * `GET log`; `POST faults` with one rule or several (see `FaultRule`; `match` is the source
 * of a regular expression); `POST release`, `POST expire-signatures` and `POST reset`.
 */
export function control(hub: Commands, request: HubRequest): Reply {
  const command = `${request.method} ${request.url.pathname.slice(PREFIX.length)}`;
  switch (command) {
    case 'GET log':
      return jsonReply(hub.log);
    case 'POST faults':
      return pushFaults(hub, request.body);
    case 'POST release':
      hub.release();
      return jsonReply({});
    case 'POST expire-signatures':
      hub.expireSignatures();
      return jsonReply({});
    case 'POST reset':
      hub.reset();
      return jsonReply({});
    default:
      return textReply(404, `No such command: ${command}`);
  }
}

// A misspelt fault would have no effect, and its test would pass without testing anything.
function pushFaults(hub: Commands, body: string): Reply {
  try {
    const sent: unknown = JSON.parse(body);
    hub.faults.push(...(Array.isArray(sent) ? sent : [sent]).map(parseRule));
    return jsonReply({});
  } catch (error) {
    return textReply(400, error instanceof Error ? error.message : String(error));
  }
}

const RULE_NAMES = new Set([
  ...['match', 'origin', 'method', 'covers', 'skip', 'times', 'bytesOf', 'fault'],
]);

function parseRule(value: unknown): FaultRule {
  const { match, ...rule } = record(value, RULE_NAMES);
  const fault = record(rule.fault, FAULT_NAMES) as Fault;
  const parsed = { ...rule, fault } as FaultRule;
  if (match === undefined) return parsed;
  if (typeof match !== 'string') throw new TypeError('match is the source of a regular expression');
  return { ...parsed, match: new RegExp(match) };
}

function record(value: unknown, names: ReadonlySet<string>): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('Expected an object');
  const unknown = Object.keys(value).filter((name) => !names.has(name));
  if (unknown.length > 0) throw new TypeError(`Unknown: ${unknown.join(', ')}`);
  return value as Record<string, unknown>;
}
