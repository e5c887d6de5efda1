/** How every command line ends: with an exit code, and with words where something is wrong. */
import { describe, toFailure } from '../../lib/errors';
import { systemCode } from '../../lib/platform/node/nodeErrors';
import { describeInTerminal } from './terminalWords';
import { UsageError } from './usageError';

export const INTERRUPTED = 130;
const FAILED = 1;
const WRONG_USAGE = 2;
/** What a shell reports of any program that wrote where nobody reads any more. */
const OUTPUT_CLOSED = 141;

/** `command` is what a person types, for the hint at its help. */
export async function runCommandLine(command: string, main: () => Promise<number>): Promise<void> {
  process.stdout.on('error', endForOutput);
  // Words about a failure that can't be written either have nowhere else to go.
  process.stderr.on('error', () => undefined);
  try {
    endWith(await main());
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\nSee ${command} --help.\n`);
      endWith(WRONG_USAGE);
    } else {
      const failure = toFailure(error);
      const { title, detail } = describeInTerminal(failure);
      const way =
        failure.code === 'TEMPLATE_INVALID' ? ` Try --format ${failure.details.suggested}.` : '';
      process.stderr.write(`${title}. ${detail}${way}\n`);
      endWith(FAILED);
    }
  }
}

// An output that broke says more than what became of the work, which may have ended because of it.
function endWith(code: number): void {
  process.exitCode ??= code;
}

/** `| head` has read enough, or the disk that the output goes to is full. */
function endForOutput(error: Error): void {
  const code = systemCode(error) === 'EPIPE' ? OUTPUT_CLOSED : FAILED;
  if (code === FAILED && process.exitCode !== FAILED) {
    process.stderr.write(`The output can’t be written: ${describe(error)}\n`);
  }
  process.exitCode = code;
}

/**
 * `stop` is called once: at the first Ctrl-C, or when the output can't be written any more. The second
 * Ctrl-C ends the process at once. Returns the way to stop listening.
 */
export function onInterrupt(stop: () => void): () => void {
  let isStopping = false;
  const stopOnce = () => {
    if (!isStopping) stop();
    isStopping = true;
  };
  const interrupt = () => {
    if (isStopping) process.exit(INTERRUPTED);
    stopOnce();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  process.stdout.on('error', stopOnce);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
    process.stdout.off('error', stopOnce);
  };
}
