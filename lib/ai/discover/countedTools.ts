/** Counts requests that don't go through `askHub`: for lists of chunks, and for the beginnings of files. */
import { isLimited, type HubTools } from './hubTools';

/**
 * The same tools, whose requests for texts and ranges are taken from the budget, whichever host they go to: the hub's store
 * of chunks counts with the hub, whose quota for it isn't published.
 * The requests then also reject with HTTP_RATE_LIMITED, unsent, while the budget is used up.
 */
export function countedTools<Tools extends HubTools>(tools: Tools): Tools {
  const { downloader, budget } = tools;
  const spend = (url: string) => budget.spend(new URL(url).host);
  return {
    ...tools,
    downloader: {
      ...downloader,
      fetchText: async (request, events, signal) => {
        spend(request.url);
        return downloader.fetchText(request, events, signal);
      },
      fetchRange: async (request, events, signal) => {
        spend(request.url);
        return downloader.fetchRange(request, events, signal);
      },
    },
  };
}

/** Tells the budget of a refusal by the hub. */
export function noteRefusal({ budget }: Pick<HubTools, 'budget'>, error: unknown): void {
  if (isLimited(error)) budget.refused(error.details.retryAfterMs);
}
