/** How smoothly a page moves, and how soon it answers a person. Each function runs in the page. */

/**
 * Runs in the page: the gaps between frames, sorted, and in how many of its tasks the log changed,
 * for as long as an answer is being written, and no longer than `durationMs`.
 */
export async function watchFrames(
  durationMs: number,
): Promise<{ gaps: number[]; renders: number; seconds: number }> {
  let renders = 0;
  const watch = new MutationObserver(() => (renders += 1));
  const element = document.querySelector('[role=log]');
  if (!element) throw new Error('no chat');
  watch.observe(element, { subtree: true, childList: true, characterData: true });
  const gaps: number[] = [];
  const started = performance.now();
  let last = started;
  await new Promise<void>((resolve) => {
    const frame = () => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      const isWritten = element.querySelector('[aria-busy=true]') !== null;
      if (isWritten && now - started < durationMs) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
  watch.disconnect();
  return {
    gaps: gaps.sort((a, b) => a - b),
    renders,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Milliseconds from the next press of a person until the first card of a model is painted. */
export function timeFirstCard(): Promise<number> {
  return new Promise((resolve) => {
    const begin = () => {
      const beganMs = performance.now();
      const frame = () => {
        if (!document.querySelector('[role=group] h2')) requestAnimationFrame(frame);
        else setTimeout(() => resolve(performance.now() - beganMs));
      };
      requestAnimationFrame(frame);
    };
    document.addEventListener('pointerdown', begin, { capture: true, once: true });
  });
}

declare global {
  /** Milliseconds from each input of a person until its result was painted, once `timeKeys` runs. */
  var keyTimes: number[] | undefined;
}

export function timeKeys(): void {
  const times: number[] = [];
  globalThis.keyTimes = times;
  const begin = () => {
    const beganMs = performance.now();
    requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - beganMs)));
  };
  document.addEventListener('input', begin, { capture: true });
}

declare global {
  /** The sum of the shifts of the page that no person caused: Cumulative Layout Shift. */
  var layoutShift: number;
}

/** Runs in the page before its own scripts. */
export function countShifts(): void {
  globalThis.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      };
      if (!hadRecentInput) globalThis.layoutShift += value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}
