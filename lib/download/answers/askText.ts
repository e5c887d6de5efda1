/** One request whose answer is text. The text is small, so a minute is enough unless bytes keep arriving. */
import type { Clock, Downloader, TextAnswer, TextRequest } from '../../platform/types';
import { watchSilence, type Patience, type Watch } from '../flow/watchSilence';

export const TEXT_PATIENCE: Patience = { silentMs: 15_000, floorMs: 60_000, floorBytes: 60 * 1024 };

export interface AskTools {
  downloader: Downloader;
  clock: Clock;
}

/** @throws what `fetchText` does; NET_STALLED after fifteen seconds without a byte, or a minute with almost none */
export function askText(
  { downloader, clock }: AskTools,
  question: TextRequest,
  signal: AbortSignal,
): Promise<TextAnswer> {
  const { url } = question;
  const request = (watch: Watch) => downloader.fetchText(question, watch, watch.signal);
  return watchSilence(clock, { url, patience: TEXT_PATIENCE, request }, signal);
}
