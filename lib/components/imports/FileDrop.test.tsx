import { describe, expect, it, jest } from '@jest/globals';
import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import type { Shelf } from '../../ai/createShelf';
import { ImportProvider } from '../../ai/ImportProvider';
import type { Imported, ImportOptions } from '../../ai/imports/importFile';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import { ShelfProvider } from '../../ai/shelf/ShelfProvider';
import { ModelError } from '../../errors';
import type { ArrivalEvents, GivenFile } from '../../platform/types';
import { FileDrop } from './FileDrop';

const FILE = { name: 'fox.gguf', size: 2_000_000_000 };

/** The imports that run, to be ended by the test, and what the person does outside of the screen. */
function open({ hasDialog = true } = {}) {
  const imports: {
    given: readonly GivenFile[];
    options: ImportOptions;
    end(imported: Imported): void;
    fail(error: Error): void;
  }[] = [];
  const arriving = new Set<ArrivalEvents>();
  const importFile = (given: readonly GivenFile[], options: ImportOptions = {}) =>
    new Promise<Imported>((end, fail) => {
      imports.push({ given, options, end, fail });
      options.signal?.addEventListener('abort', () =>
        fail(Object.assign(new Error('off'), { name: 'AbortError' })),
      );
    });
  const fileArrivals = {
    pick: jest.fn(() => Promise.resolve([FILE])),
    subscribe(events: ArrivalEvents) {
      arriving.add(events);
      return () => arriving.delete(events);
    },
    letGo: jest.fn(() => Promise.resolve()),
  };
  const host = hasDialog ? { pickedFiles: {}, fileArrivals } : {};
  const shelf = { importFile, host, manager: {}, registry: {} } as unknown as Shelf;
  const { unmount } = render(
    <PaperProvider settings={{ icon: () => null }}>
      <ShelfProvider shelf={shelf}>
        <ImportProvider>
          <FileDrop />
        </ImportProvider>
      </ShelfProvider>
    </PaperProvider>,
  );
  const tell = (say: (events: ArrivalEvents) => void) => settle(() => arriving.forEach(say));
  return { imports, arriving, tell, pick: fileArrivals.pick, unmount };
}

const settle = (work: () => unknown) =>
  act(async () => {
    work();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  });
const press = (name: string) => settle(() => fireEvent.press(screen.getByRole('button', { name })));

describe('the place for a person’s files', () => {
  it('opens the dialog, shows each step and the result, and lets the card be closed', async () => {
    const { imports } = open();
    await press('Open a file…');
    expect(screen.getByText('fox.gguf')).toBeOnTheScreen();
    const running = imports[0];
    await settle(() =>
      running?.options.onProgress?.({
        ...{ kind: 'copying', copiedBytes: 500_000_000, totalBytes: 2_000_000_000 },
      }),
    );
    expect(screen.getByText('Copying, 500 MB of 2.0 GB')).toBeOnTheScreen();
    expect(screen.getByRole('progressbar')).toHaveProp('aria-valuenow', 25);
    await settle(() =>
      running?.end({
        ...{ config: Qwen3_0_6B, isListed: true, how: 'copied' },
        files: [{ ...FILE, sizeBytes: 2_000_000_000, sha256: '' }],
        sizeBytes: 2_000_000_000,
      }),
    );
    expect(screen.getByText('Qwen 3 0.6B is here')).toBeOnTheScreen();
    await press('Close fox.gguf');
    expect(screen.queryByText('Qwen 3 0.6B is here')).toBeNull();
  });

  it('shows that a file can be let go, takes it in, and says why it can’t be used', async () => {
    const { imports, tell } = open();
    await tell(({ onHover }) => onHover(true));
    expect(screen.getByText('Let go to take the file in.')).toBeOnTheScreen();
    await tell(({ onHover, onFiles }) => {
      onHover(false);
      onFiles([FILE]);
    });
    expect(screen.queryByText('Let go to take the file in.')).toBeNull();
    await settle(() =>
      imports[0]?.fail(
        new ModelError('IMPORT_REFUSED', { fileName: 'fox.gguf', problem: 'cut-off', reason: '' }),
      ),
    );
    expect(screen.getByText('The file is cut off')).toBeOnTheScreen();
  });

  it('calls an import off', async () => {
    const { imports } = open();
    await press('Open a file…');
    await press('Cancel fox.gguf');
    expect(imports[0]?.options.signal?.aborted).toBe(true);
    expect(screen.queryByText('fox.gguf')).toBeNull();
  });

  it('isn’t there where this device opens no files', () => {
    open({ hasDialog: false });
    expect(screen.queryByRole('button', { name: 'Open a file…' })).toBeNull();
  });

  it('leaves files to the system when the screen is left', () => {
    const { arriving, unmount } = open();
    expect(arriving.size).toBe(1);
    unmount();
    expect(arriving.size).toBe(0);
  });
});
