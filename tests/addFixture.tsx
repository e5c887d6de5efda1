/** The screen for adding a model over a hub that answers from memory, for tests in Jest. */
import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { AddModelScreen } from '../lib/components/add/AddModelScreen';
import { Notices } from '../lib/components/notices/Notices';
import { NavigationContext } from '../lib/components/ui/navigation';
import type { Navigation } from '../lib/components/ui/navigation';
import { ModelHubProvider } from '../lib/ai/hub/ModelHubProvider';
import type { ModelHub } from '../lib/ai/hub/modelHub';
import { ImportProvider } from '../lib/ai/ImportProvider';
import { ModelProvider } from '../lib/ai/ModelProvider';
import { ShelfProvider } from '../lib/ai/shelf/ShelfProvider';
import { startModelApp } from '../lib/ai/startModelApp';
import type { ModelApp } from '../lib/ai/startModelApp';
import { createInMemoryDatabase } from '../lib/platform/shared/inMemoryDatabase';
import { systemClock } from '../lib/platform/shared/systemClock';
import { createMemoryPlatform, createMemoryWorld } from '../lib/platform/memory/memoryPlatform';
import type { MemoryWorld } from '../lib/platform/memory/memoryPlatform';
import type { LlmEngine, TextAnswer, TextRequest } from '../lib/platform/types';
import { COMMIT, HUB, json } from './discoverFixture';
import { buildSpeakingModel } from '../scripts/demoModel/speakingModel';
import { MODEL, sha256 } from './modelFixture';

const BOX = 'Words, a name or an address';

export const WEIGHTS = buildSpeakingModel({ sentence: 'Here I am.' });

export const WEIGHTS_FILE = {
  ...{ type: 'file', path: 'Tiny-Q8_0.gguf', size: WEIGHTS.byteLength, oid: 'b'.repeat(40) },
  lfs: { oid: sha256(WEIGHTS) },
};

export const WEIGHTS_URL = `${HUB}/org/Tiny-GGUF/resolve/${COMMIT}/Tiny-Q8_0.gguf`;

/** As the hub's list and its description of the repository state it. */
export const INFO = {
  ...{ id: 'org/Tiny-GGUF', sha: COMMIT, tags: ['gguf'], downloads: 1234, likes: 5 },
  lastModified: '2026-01-02T00:00:00.000Z',
  cardData: { license: 'apache-2.0', language: ['en'], base_model: 'org/Tiny' },
  gguf: { total: 600_000_000, architecture: 'qwen3', context_length: 2048 },
};

/** The answers about a repository with one build. */
export function usualAnswer({ url }: TextRequest): TextAnswer {
  if (url.includes('/tree/')) return json([WEIGHTS_FILE]);
  if (url.includes('/paths-info/')) {
    return json([{ ...WEIGHTS_FILE, securityFileStatus: { status: 'safe' } }]);
  }
  return json(INFO);
}

export interface AddScene {
  world: MemoryWorld;
  app: ModelApp;
  /** Answers the hub's lists. */
  list: () => TextAnswer | Promise<TextAnswer>;
  /** Answers everything else that the hub is asked. */
  repository: (request: TextRequest) => TextAnswer;
  /** The routes that were opened. */
  opened: string[];
  /** Renders the screen, as a link with these parameters opens it. */
  show(parameters?: Navigation['parameters']): void;
  write(text: string): void;
  enter(): void;
  press(name: string | RegExp): Promise<void>;
}

/** `memoryBytes` is what the device has; `engine` is how its engine names itself. */
export async function createAddScene({
  memoryBytes = 8e9,
  engine = {},
}: {
  memoryBytes?: number;
  engine?: Partial<LlmEngine>;
} = {}): Promise<AddScene> {
  const world = createMemoryWorld();
  world.web.answerText = (request) =>
    request.url.includes('/api/models?') ? scene.list() : scene.repository(request);
  world.web.files.set(WEIGHTS_URL, WEIGHTS);
  const memory = () => Promise.resolve({ totalBytes: memoryBytes, availableBytes: undefined });
  const database = await createInMemoryDatabase();
  const parts = { world, database, clock: systemClock, host: { memory } };
  const offered = { models: [MODEL], problems: [] };
  const platform = createMemoryPlatform(parts);
  const runner = platform.engines['llama.cpp'];
  const engines = runner && { 'llama.cpp': { ...runner, ...engine } };
  const app = await startModelApp(
    { ...platform, ...(engines && { engines }) },
    { random: () => 0, offered },
  );
  const hub = await app.loadHub();
  const opened: string[] = [];
  const scene: AddScene = {
    ...{ world, app, opened, list: () => json([INFO]), repository: usualAnswer },
    show(parameters = {}) {
      show(app, { hub, parameters, opened });
    },
    write(text) {
      fireEvent.changeText(screen.getByLabelText(BOX), text);
    },
    enter() {
      fireEvent(screen.getByLabelText(BOX), 'submitEditing');
    },
    async press(name) {
      await act(async () => {
        fireEvent.press(screen.getByRole('button', { name }));
        return Promise.resolve();
      });
    },
  };
  return scene;
}

interface Showing extends Pick<Navigation, 'parameters'> {
  hub: ModelHub;
  opened: string[];
}

function show({ shelf, selection }: ModelApp, { hub, parameters, opened }: Showing): void {
  const { host, manager, registry: models } = shelf;
  const services = { ...{ host, manager, models, selection }, catalogProblems: [] };
  const navigation: Navigation = {
    ...{ path: '/settings/models/add', parameters },
    open: (route) => void opened.push(route),
    ...{ RouteLink: ({ children }) => children, WindowTitle: () => null, reload: () => undefined },
  };
  render(
    <PaperProvider>
      <NavigationContext value={navigation}>
        <ShelfProvider shelf={shelf}>
          <ModelProvider services={services}>
            <ModelHubProvider hub={hub}>
              <ImportProvider>
                <Notices>
                  <AddModelScreen />
                </Notices>
              </ImportProvider>
            </ModelHubProvider>
          </ModelProvider>
        </ShelfProvider>
      </NavigationContext>
    </PaperProvider>,
  );
}
