/** Files that reach a page: from the browser’s dialog, dropped onto it, or opened with the installed app. */
import type { ArrivalEvents, FileArrivals, GivenFile } from '../types';

/** Only browsers that let a page be installed as an app for files have it. */
interface LaunchScope {
  launchQueue?: {
    setConsumer(consumer: (launch: { files: readonly FileSystemFileHandle[] }) => void): void;
  };
}

export function createWebFileArrivals(
  scope: LaunchScope = globalThis as LaunchScope,
): FileArrivals {
  const listeners = new Set<ArrivalEvents>();
  let isListening = false;

  /** The browser keeps launches until there is a consumer, which can’t be taken away again. */
  function listen(): void {
    if (isListening) return;
    isListening = true;
    scope.launchQueue?.setConsumer(({ files }) => {
      void filesOf(files).then((opened) => {
        tell(listeners, opened);
      });
    });
  }

  return {
    pick,
    subscribe(events) {
      listeners.add(events);
      listen();
      const stop = watchDrops(events);
      return () => {
        listeners.delete(events);
        stop();
      };
    },
    // A page is lent the person’s own files.
    letGo: () => Promise.resolve(),
  };
}

function tell(listeners: ReadonlySet<ArrivalEvents>, files: readonly GivenFile[]): void {
  if (files.length === 0) return;
  for (const { onFiles } of [...listeners]) onFiles(files);
}

async function filesOf(handles: readonly FileSystemFileHandle[]): Promise<File[]> {
  const found = await Promise.allSettled(handles.map((handle) => handle.getFile()));
  return found.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
}

/** An input element, because the newer dialogs exist in some browsers only. */
function pick(): Promise<readonly File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  // Not restricted to `.gguf`: a phone’s browser would offer nothing, as it knows no type for that ending.
  return new Promise((resolve) => {
    input.addEventListener('change', () => {
      resolve([...(input.files ?? [])]);
    });
    input.addEventListener('cancel', () => {
      resolve([]);
    });
    input.click();
  });
}

/** Without this, a browser would leave the page and show the dropped file. */
function watchDrops({ onFiles, onHover }: ArrivalEvents): () => void {
  /** Elements under the pointer: entering a child comes before leaving its parent. */
  let depth = 0;
  const withFiles = (work: (event: DragEvent) => void) => (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    work(event);
  };
  const enter = withFiles(() => {
    depth += 1;
    if (depth === 1) onHover(true);
  });
  const over = withFiles((event) => {
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  });
  const leave = withFiles(() => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) onHover(false);
  });
  const drop = withFiles((event) => {
    depth = 0;
    onHover(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) onFiles(files);
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  addEventListener('dragenter', enter, { signal });
  addEventListener('dragover', over, { signal });
  addEventListener('dragleave', leave, { signal });
  addEventListener('drop', drop, { signal });
  return () => {
    stopping.abort();
  };
}
