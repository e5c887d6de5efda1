/** Ends every command line with an exit code, and prints a message when something is wrong. */
import { describe, toFailure } from '../../lib/errors';
import { systemCode } from '../../lib/platform/node/nodeErrors';
import { describeInTerminal } from './terminalWords';
import { UsageError } from './usageError';

export const INTERRUPTED = 130;
const FAILED = 1;
const WRONG_USAGE = 2;
/** The exit code that a shell reports for a program that wrote to a closed pipe. */
const OUTPUT_CLOSED = 141;

/** `command` is the command as a person types it, for the hint at its help. */
export async function runCommandLine(command: string, main: () => Promise<number>): Promise<void> {
  process.stdout.on('error', endForOutput);
  // If the message of a failure can't be written either, there is no other place for it.
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

// The exit code of a broken output is kept: the work may have ended because of it.
function endWith(code: number): void {
  process.exitCode ??= code;
}

/** Called when the output can't be written: `| head` has read enough, or the output's disk is full. */
function endForOutput(error: Error): void {
  const code = systemCode(error) === 'EPIPE' ? OUTPUT_CLOSED : FAILED;
  if (code === FAILED && process.exitCode !== FAILED) {
    process.stderr.write(`The output can’t be written: ${describe(error)}\n`);
  }
  process.exitCode = code;
}

/**
 * `stop` is called once: at the first Ctrl-C, or when the output can't be written any more. The second
 * Ctrl-C ends the process at once. Returns the function to stop listening.
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
