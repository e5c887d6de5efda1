/** The command's output, in one of four styles; all text from a server is made printable first. */
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { ModelState } from '../../lib/ai/modelState';
import { isVerified } from '../../lib/ai/registry/published';
import type { ModelFailure } from '../../lib/errors';
import { describeFailure } from '../../lib/components/words/failureWords';
import { formatBytes, printable } from '../../lib/components/words/words';
import type { Bars } from './bars';
import type { Streams } from './streams';
import { describeInTerminal, NO_DIGEST } from './terminalWords';

type Installed = Extract<ModelState, { kind: 'installed' }>;

export interface Summary {
  done: readonly string[];
  failed: readonly { modelId: string; failure: ModelFailure }[];
}

export interface Reporter {
  begin(config: LlmModelConfig): void;
  progress(config: LlmModelConfig, state: ModelState): void;
  /** `wasHere`: nothing had to be transferred. */
  installed(config: LlmModelConfig, state: Installed, wasHere: boolean): void;
  failed(config: LlmModelConfig, failure: ModelFailure): void;
  /** An event of `--list`, `--verify` and `--remove`; `line` is its form for people. */
  tell(event: Record<string, unknown>, line: string): void;
  /** A message for people, which programs may ignore. */
  warn(text: string): void;
  /** Called after several models. */
  summary(summary: Summary): void;
  interrupted(): void;
}

const GO_ON = 'Stopped. What arrived is kept: run the same command to go on.';

export async function createReporter(
  manner: 'human' | 'quiet' | 'json',
  streams: Streams,
): Promise<Reporter> {
  if (manner === 'json') return jsonReporter(streams);
  const quiet = quietReporter(streams);
  if (manner === 'quiet') return quiet;
  if (!streams.out.isTTY) return { ...quiet, ...plainReporter(streams) };
  // Imported only here, because the table of character widths takes a tenth of the start time.
  const { createBars } = await import('./bars');
  return { ...quiet, ...terminalReporter(streams, createBars(streams)) };
}

function jsonReporter({ out }: Streams): Reporter {
  const emit = (event: Record<string, unknown>) => out.write(`${escaped(JSON.stringify(event))}\n`);
  return {
    begin: ({ modelId }) => emit({ event: 'begin', modelId }),
    progress: ({ modelId }, state) => emit({ event: 'progress', modelId, ...state }),
    installed({ modelId, folderName }, state, wasHere) {
      const { kind: _, ...facts } = state;
      const about = { modelId, folderName, wasHere };
      emit({ event: 'installed', ...about, ...facts, ...verifiedFacts(state) });
    },
    failed: ({ modelId }, failure) => emit({ event: 'failed', modelId, ...failure }),
    tell: (event) => emit(event),
    warn: (text) => emit({ event: 'warning', text }),
    summary: (summary) => emit({ event: 'summary', ...summary }),
    interrupted: () => emit({ event: 'interrupted', text: GO_ON }),
  };
}

/** For programs: whether each file, and the whole model, was compared with a published digest. */
export function verifiedFacts(state: ModelState): Record<string, unknown> {
  if (state.kind !== 'installed' && state.kind !== 'differs') return {};
  const files = state.files.map((file) => ({ ...file, verified: isVerified(file) }));
  return { verified: state.kind === 'installed' && state.files.every(isVerified), files };
}

// JSON itself doesn't escape all characters that a terminal interprets.
function escaped(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function quietReporter({ err, colours }: Streams): Reporter {
  const red = (text: string) => (colours ? `\u001b[31m${text}\u001b[39m` : text);
  const line = (text: string) => err.write(`${text}\n`);
  return {
    begin: () => undefined,
    progress: () => undefined,
    installed: () => undefined,
    failed({ modelId }, failure) {
      const { title, detail } = describeInTerminal(failure);
      line(`${red('failed')} ${modelId}: ${title}. ${detail} (${failure.code})`);
    },
    tell: () => undefined,
    warn: (text) => line(printable(text)),
    summary({ done, failed }) {
      const names = failed.map(({ modelId }) => modelId).join(', ');
      if (failed.length > 0) {
        line(`${String(done.length)} done, ${String(failed.length)} failed: ${names}`);
      }
    },
    interrupted: () => line(GO_ON),
  };
}

/** For logs: one line for each change, and for each tenth of the download. */
function plainReporter({ out }: Streams) {
  const line = (text: string) => out.write(`${text}\n`);
  let shownTenth = -1;
  let shownKind = '';
  let isChecking = false;
  return {
    begin({ modelId, displayName }: LlmModelConfig) {
      shownTenth = -1;
      shownKind = '';
      isChecking = false;
      line(`${modelId}: ${printable(displayName)}`);
    },
    progress({ modelId }: LlmModelConfig, state: ModelState) {
      if (state.kind === 'downloading' && state.totalBytes !== undefined) {
        const tenth = Math.floor((state.receivedBytes / state.totalBytes) * 10);
        if (tenth > shownTenth) line(`${modelId}: ${amount(state)} (${String(tenth * 10)} %)`);
        shownTenth = Math.max(shownTenth, tenth);
      } else if (state.kind !== shownKind && !(isChecking && state.kind === 'verifying')) {
        const words = changeWords(state);
        if (words !== undefined) line(`${modelId}: ${words}`);
        // A model of three files is checked three times, but this is reported once.
        isChecking ||= state.kind === 'verifying';
      }
      shownKind = state.kind;
    },
    installed(config: LlmModelConfig, state: Installed, wasHere: boolean) {
      line(`${config.modelId}: ${installedWords(config, state, wasHere)}`);
    },
    tell(_: Record<string, unknown>, text: string) {
      line(text);
    },
  };
}

function terminalReporter(streams: Streams, bars: Bars) {
  const { out, colours } = streams;
  const paint = (code: number, text: string) =>
    colours ? `\u001b[${String(code)}m${text}\u001b[0m` : text;
  const quiet = quietReporter(streams);
  return {
    begin({ modelId, displayName }: LlmModelConfig) {
      out.write(`${paint(1, printable(displayName))} ${paint(2, modelId)}\n`);
    },
    progress(_: LlmModelConfig, state: ModelState) {
      if (state.kind === 'downloading') bars.show(state);
      else bars.status(changeWords(state));
    },
    installed(config: LlmModelConfig, state: Installed, wasHere: boolean) {
      bars.finish();
      out.write(`  ${paint(32, '✓')} ${installedWords(config, state, wasHere)}\n`);
    },
    failed(config: LlmModelConfig, failure: ModelFailure) {
      bars.abandon();
      quiet.failed(config, failure);
    },
    tell(_: Record<string, unknown>, text: string) {
      out.write(`${text}\n`);
    },
    interrupted() {
      bars.abandon();
      quiet.interrupted();
    },
  };
}

function amount({
  receivedBytes,
  totalBytes,
}: {
  receivedBytes: number;
  totalBytes: number | undefined;
}) {
  return totalBytes === undefined
    ? formatBytes(receivedBytes)
    : `${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}`;
}

function changeWords(state: ModelState): string | undefined {
  if (state.kind === 'verifying') return 'checking every byte';
  if (state.kind !== 'waiting') return undefined;
  if (state.reason === 'other-owner') return 'another process is downloading it; waiting';
  if (state.reason === 'preparing' || state.reason === 'queued') return undefined;
  const why = state.failure ? `${describeFailure(state.failure).title}; ` : '';
  return `${why}trying again`;
}

function installedWords(config: LlmModelConfig, state: Installed, wasHere: boolean): string {
  const size = formatBytes(state.sizeBytes);
  if (wasHere) return `already complete: ${size} in ${config.folderName}, nothing to transfer`;
  const how = state.files.every(isVerified) ? 'installed and verified' : NO_DIGEST;
  return `${how}: ${size} in ${config.folderName}`;
}
