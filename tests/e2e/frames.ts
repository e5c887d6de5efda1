/** How smoothly a page moves while an answer is written. */

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
