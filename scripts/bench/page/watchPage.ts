/** Sees how smoothly a page runs meanwhile, and how large its heap gets. */
import type { PageCost } from './cost';

const LOOK_EVERY_MS = 50;

interface ChromiumPerformance extends Performance {
  memory: { usedJSHeapSize: number };
}

/** Returns the way to end it, which resolves with the worst that was seen. */
export function watchPage(): () => Promise<Omit<PageCost, 'seconds'>> {
  const { memory } = performance as ChromiumPerformance;
  let frameGapMs = 0;
  let longTaskMs = 0;
  let peakHeapBytes = 0;
  let lastFrameMs: number | undefined;
  let isOver = false;

  const frame = (nowMs: number) => {
    if (lastFrameMs !== undefined) frameGapMs = Math.max(frameGapMs, nowMs - lastFrameMs);
    lastFrameMs = nowMs;
    if (!isOver) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const takeTasks = (entries: PerformanceEntryList) => {
    for (const { duration } of entries) longTaskMs = Math.max(longTaskMs, duration);
  };
  const observer = new PerformanceObserver((list) => takeTasks(list.getEntries()));
  observer.observe({ type: 'longtask' });
  const look = () => (peakHeapBytes = Math.max(peakHeapBytes, memory.usedJSHeapSize));
  const timer = setInterval(look, LOOK_EVERY_MS);

  return async () => {
    // One more frame: a task that ran until just now shows as a gap before it.
    await new Promise(requestAnimationFrame);
    isOver = true;
    look();
    clearInterval(timer);
    takeTasks(observer.takeRecords());
    observer.disconnect();
    return { frameGapMs, longTaskMs, peakHeapBytes };
  };
}
