/** Who may import whom. ARCHITECTURE.md draws it; this file enforces it. */

const TEST = '\\.test\\.tsx?$';
const UI_PACKAGES =
  '^node_modules/(react|react-dom|react-native|react-native-[^/]+|lucide-react-native|expo|expo-[^/]+|@expo/[^/]+)/';
const EXPO_PACKAGES = '^node_modules/(expo|expo-[^/]+|@expo/[^/]+)/';
const HOSTS = '(memory|native|node|web)';
const CORE = ['^lib/ai/.+\\.ts$', '^lib/db/', '^lib/download/'];
const PORTS =
  '^lib/platform/(types|factsPort|givenFilesPort|placesPort|rangesPort|signInPort|pagePort)\\.ts$';
/** What any adapter may share: no host in it, or every host. */
const SHARED_BY_ADAPTERS =
  '^lib/platform/((types|pagePort)\\.ts$|(addresses|gguf|prompts|shared)/)';
const REGISTRY =
  '^lib/ai/(modelConfig|modelId|registry/(modelFiles|buildPlaces|pinnedFiles|modelOrder|modelPage|modelSize)|runtimes/[^/]+)\\.ts$';
// Pure, over the registry and types: what is stated of a file against what is installed.
const PUBLISHED = '^lib/ai/registry/(published|withdrawal)\\.ts$';
/** What the package `modelshelf` offers, one file for each name that can be imported. */
const ENTRIES = '^package/entries/';
const PROVIDERS = '^lib/ai/.+Provider\\.tsx$';

/**
 * The rooms of a folder, each with the rooms that it may use. A room names only rooms above it here, so no circle of
 * rooms can be.
 */
const ROOMS = {
  'lib/ai': {
    runtimes: [],
    registry: ['runtimes'],
    catalogs: ['registry'],
    access: ['runtimes', 'registry'],
    generation: ['runtimes', 'registry'],
    memory: ['runtimes', 'registry'],
    discover: ['runtimes', 'registry'],
    builds: ['runtimes', 'registry', 'generation', 'memory', 'discover'],
    snapshots: ['registry'],
    manage: ['runtimes', 'registry', 'snapshots'],
    adoption: ['runtimes', 'registry', 'manage'],
    imports: ['runtimes', 'registry', 'builds', 'manage'],
    settings: ['manage', 'snapshots'],
    added: ['runtimes', 'registry', 'manage'],
    engine: ['runtimes', 'registry', 'generation', 'memory', 'settings'],
    measure: ['runtimes', 'registry', 'engine', 'settings'],
    hub: [
      ...['runtimes', 'registry', 'generation', 'memory', 'discover', 'builds'],
      ...['manage', 'measure'],
    ],
    chat: [],
    compare: ['registry', 'generation', 'engine', 'chat'],
    places: ['runtimes', 'registry', 'snapshots', 'manage'],
    doctor: [],
    updates: ['runtimes', 'registry', 'discover', 'builds', 'manage', 'settings'],
    storage: ['runtimes', 'registry', 'manage', 'imports', 'settings'],
    shelf: ['runtimes', 'registry', 'generation', 'memory', 'manage', 'updates'],
  },
  'lib/download': {
    flow: [],
    answers: ['flow'],
    journal: [],
    pieces: ['flow', 'answers', 'journal'],
    file: ['flow', 'answers', 'journal', 'pieces'],
    plan: ['answers'],
    store: ['flow', 'journal', 'plan'],
    delta: ['flow', 'answers', 'journal', 'plan'],
    move: ['flow', 'plan', 'store'],
  },
  'lib/platform/node': { files: [], http: ['files'], peers: ['files'], engine: ['files'] },
  'lib/platform/web': {
    hash: [],
    files: ['hash'],
    signIn: [],
    page: [],
    database: ['files'],
    engine: ['files'],
    promptApi: ['files'],
  },
  'lib/platform/native': { files: [], transfers: ['files'], engines: ['files'] },
  'lib/components': {
    words: [],
    ui: ['words'],
    notices: ['words', 'ui'],
    markdown: ['words', 'ui', 'notices'],
    generation: ['words', 'ui'],
    models: ['words', 'ui', 'notices'],
    imports: ['words', 'ui'],
    dialogs: ['words', 'ui', 'notices', 'models'],
    opened: ['words', 'ui', 'notices', 'models', 'dialogs'],
    add: ['words', 'ui', 'imports', 'opened'],
    chat: ['words', 'ui', 'notices', 'markdown', 'generation', 'models'],
    chats: ['words', 'ui', 'notices', 'chat'],
    compare: ['words', 'ui', 'notices', 'markdown', 'chat'],
    benchmarks: ['words', 'ui', 'notices'],
    settings: ['words', 'ui', 'notices', 'models', 'benchmarks'],
    doctor: ['words', 'ui', 'notices'],
    storage: ['words', 'ui', 'notices', 'models'],
    closed: ['words', 'ui', 'notices', 'models', 'dialogs'],
    pageParts: [],
    app: ['words', 'ui', 'notices', 'doctor', 'closed'],
  },
};

function roomRules([folder, rooms]) {
  return Object.entries(rooms).map(([room, uses]) => ({
    name: `${folder}/${room}-uses-${uses.join('-') || 'no-other-room'}`,
    comment: 'A room may use what this file says of it, and what lies in the folder itself.',
    severity: 'error',
    from: { path: `^${folder}/${room}/`, pathNot: TEST },
    to: { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/(${[room, ...uses].join('|')})/` },
  }));
}

const roomsWithoutARule = Object.entries(ROOMS).map(([folder, rooms]) => ({
  name: `${folder}-has-no-other-rooms`,
  comment: 'A new room says here what it may use.',
  severity: 'error',
  from: { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/(${Object.keys(rooms).join('|')})/` },
  to: {},
}));

module.exports = {
  forbidden: [
    ...Object.entries(ROOMS).flatMap(roomRules),
    ...roomsWithoutARule,
    {
      name: 'no-circular',
      comment: 'Two modules that need each other are one module, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-the-manager-builds-its-parts',
      comment: 'Every other part of it states what it uses, and receives no more.',
      severity: 'error',
      from: { pathNot: '^lib/ai/modelManager\\.ts$' },
      to: { path: '^lib/ai/manage/managerParts\\.ts$' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'nothing-outside-the-project',
      severity: 'error',
      from: {},
      to: { path: '^\\.\\./' },
    },
    {
      name: 'product-needs-no-dev-packages',
      comment: 'What the app and the command line import has to be installed with them.',
      severity: 'error',
      from: {
        path: '^(app/|lib/|package/entries/|scripts/((download|bench)Models|modelshelf)\\.ts$)',
        pathNot: TEST,
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
    {
      name: 'packages-are-declared',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'errors-import-nothing',
      severity: 'error',
      from: { path: '^lib/errors\\.ts$' },
      to: {},
    },
    {
      name: 'ports-import-only-types-of-errors',
      severity: 'error',
      from: { path: PORTS },
      to: { pathNot: ['^lib/errors\\.ts$', PORTS] },
    },
    {
      name: 'ports-import-types-alone',
      severity: 'error',
      from: { path: PORTS },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'registry-knows-only-errors-and-ports',
      severity: 'error',
      from: { path: REGISTRY },
      to: {
        pathNot: [
          '^lib/errors\\.ts$',
          PORTS,
          REGISTRY,
          '^lib/platform/(gguf/shardNames|addresses/hubEndpoint)\\.ts$',
        ],
      },
    },
    {
      name: 'core-runs-anywhere',
      comment: 'No React, no Expo, no Node: what a host does comes through a port.',
      severity: 'error',
      from: { path: CORE, pathNot: TEST },
      to: { path: UI_PACKAGES },
    },
    {
      name: 'node-only-where-node-is',
      severity: 'error',
      from: { path: '^(app|lib)/', pathNot: ['^lib/platform/node/', TEST] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-knows-no-adapter',
      severity: 'error',
      from: { path: CORE, pathNot: TEST },
      to: {
        path: '^lib/(platform|components)/|^(app|scripts|tests)/',
        pathNot: [
          PORTS,
          '^lib/platform/addresses/(loopback|hubEndpoint)\\.ts$',
          '^lib/platform/shared/(homes|sha256|storePath)\\.ts$',
          '^lib/platform/gguf/(foreignFile|gguf[A-Z][a-z]+|shardNames)\\.ts$',
        ],
      },
    },
    {
      name: 'download-and-db-are-below-the-manager',
      comment: 'Of what is above them they know types alone.',
      severity: 'error',
      from: { path: '^lib/(db|download)/', pathNot: TEST },
      to: { path: '^lib/ai/', pathNot: [REGISTRY, PUBLISHED], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'download-knows-no-db',
      severity: 'error',
      from: { path: '^lib/download/', pathNot: TEST },
      to: { path: '^lib/db/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'db-knows-no-download',
      severity: 'error',
      from: { path: '^lib/db/', pathNot: TEST },
      to: { path: '^lib/download/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-never-imports-react-files',
      severity: 'error',
      from: { path: CORE, pathNot: TEST },
      to: { path: '^lib/.+\\.tsx$' },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'What two hosts share lies beside the ports.',
      severity: 'error',
      from: { path: `^lib/platform/${HOSTS}/`, pathNot: TEST },
      to: { path: `^lib/platform/${HOSTS}/`, pathNot: '^lib/platform/$1/' },
    },
    {
      name: 'adapters-know-ports-and-transfer-pieces',
      severity: 'error',
      from: {
        path: `^lib/platform/(${HOSTS}|addresses|gguf|prompts|shared)/`,
        pathNot: TEST,
      },
      to: {
        path: '^(app|lib|scripts|tests)/',
        pathNot: [
          '^lib/errors\\.ts$',
          SHARED_BY_ADAPTERS,
          '^lib/download/',
          `^lib/platform/${HOSTS}/`,
        ],
      },
    },
    {
      name: 'llama-only-in-its-process',
      comment: 'It can end the process that it is in.',
      severity: 'error',
      from: {
        path: '^(app|lib|tests)/',
        // The stand-in for llama.rn gets files alone that were judged before.
        pathNot: ['^lib/platform/node/engine/llama[A-Z]', '^tests/native/fakes/llamaRn\\.ts$'],
      },
      to: { path: '^node_modules/node-llama-cpp/' },
    },
    {
      name: 'only-the-child-loads-llama',
      severity: 'error',
      from: {
        path: '^(app|lib|scripts|tests)/',
        pathNot: ['^lib/platform/node/engine/llama[A-Z]', TEST],
      },
      to: { path: '^lib/platform/node/engine/llama[A-Z]' },
    },
    {
      name: 'react-native-only-on-phones',
      comment: 'A browser adapter or a script that imports it fails at start, or pretends.',
      severity: 'error',
      from: { path: '^lib/platform/(web|node|memory)/' },
      to: { path: UI_PACKAGES },
    },
    {
      name: 'no-file-system-stub-in-browsers',
      comment: 'expo-file-system in a browser warns and resolves nothing.',
      severity: 'error',
      from: { pathNot: '^lib/platform/native/' },
      to: { path: '^node_modules/(expo-file-system|expo-sqlite|react-native-executorch)/' },
    },
    {
      name: 'one-seam',
      comment: 'Metro picks the host; nobody else does.',
      severity: 'error',
      from: { path: '^(app|lib)/', pathNot: [`^lib/platform/(${HOSTS}/|index)`, TEST] },
      to: { path: `^lib/platform/${HOSTS}/` },
    },
    {
      name: 'seam-for-phones',
      severity: 'error',
      from: { path: '^lib/platform/index\\.ts$' },
      to: { path: `^lib/platform/${HOSTS}/`, pathNot: '^lib/platform/native/' },
    },
    {
      name: 'seam-for-browsers',
      severity: 'error',
      from: { path: '^lib/platform/index\\.web\\.ts$' },
      to: { path: `^lib/platform/${HOSTS}/|${UI_PACKAGES}`, pathNot: '^lib/platform/web/' },
    },
    {
      name: 'seam-is-the-roots',
      comment: 'Only the composition root asks for a platform, by the name of the package.',
      severity: 'error',
      from: { pathNot: ['^package/entries/expo(\\.web)?\\.ts$', TEST] },
      to: { path: '^lib/platform/index(\\.web)?\\.ts$' },
    },
    {
      name: 'entries-only-export',
      comment:
        'What the package offers is written in lib; of the tests it has what an app can test with.',
      severity: 'error',
      from: { path: ENTRIES },
      to: { pathNot: ['^lib/', '^tests/(hub|crash)/'] },
    },
    {
      name: 'tests-only-in-testing',
      severity: 'error',
      from: { path: ENTRIES, pathNot: '^package/entries/testing\\.ts$' },
      to: { path: '^(lib/platform/memory|tests)/' },
    },
    {
      name: 'screen-needs-no-expo',
      comment: 'An app with another router, or with none, shows the model screen, too.',
      severity: 'error',
      from: { path: '^package/entries/screen\\.ts$' },
      to: { path: EXPO_PACKAGES, reachable: true },
    },
    {
      name: 'only-the-app-uses-entries',
      comment: 'The package is made of lib, so lib never imports it.',
      severity: 'error',
      from: { pathNot: ['^app/', '^tests/guides/', TEST] },
      to: { path: ENTRIES },
    },
    {
      name: 'app-uses-the-package',
      comment: 'Like any other app; beside it only its own screens.',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^(lib|modules|scripts|tests)/', pathNot: '^lib/components/' },
    },
    {
      name: 'providers-know-the-core',
      severity: 'error',
      from: { path: PROVIDERS, pathNot: TEST },
      to: {
        path: '^lib/(db|download|components|platform)/',
        pathNot: PORTS,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'components-use-hooks-and-types',
      comment:
        'Beside types: the providers, the table of errors and the pure look-ups of the registry.',
      severity: 'error',
      from: { path: '^lib/components/', pathNot: TEST },
      to: {
        path: '^(app|lib|scripts|tests)/',
        pathNot: ['^lib/components/', PROVIDERS, '^lib/errors\\.ts$', REGISTRY, PUBLISHED],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'words-need-no-react',
      comment: 'The command line says the same words.',
      severity: 'error',
      from: { path: '^lib/components/words/(words|failureWords|discoverWords|languages)\\.ts$' },
      to: { path: UI_PACKAGES, reachable: true },
    },
    {
      name: 'routes-are-thin',
      comment: 'The composition root builds; every other route shows a screen.',
      severity: 'error',
      from: { path: '^app/', pathNot: '^app/_layout\\.tsx$' },
      to: {
        path: '^(lib|package)/',
        pathNot: ['^lib/components/', '^package/entries/screen\\.ts$'],
      },
    },
    {
      name: 'nothing-imports-routes',
      severity: 'error',
      from: { pathNot: ['^app/', TEST] },
      to: { path: '^app/' },
    },
    {
      name: 'scripts-know-node-and-the-core',
      severity: 'error',
      from: {
        path: '^scripts/',
        pathNot: [TEST, '^scripts/(torture|proof)/', '^scripts/bench/(delta|fleet|page)/'],
      },
      to: {
        path: '^(app|lib/(components|platform)|tests)/',
        pathNot: [
          '^lib/platform/node/',
          SHARED_BY_ADAPTERS,
          '^lib/components/words/(words|failureWords|discoverWords|doctorWords|languages|startWords)\\.ts$',
        ],
      },
    },
    {
      name: 'torture-judges-by-itself',
      comment:
        'It starts the product as a process; a judge that shares its code agrees with its mistakes.',
      severity: 'error',
      from: { path: '^scripts/torture/' },
      to: { path: '^(app|lib)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'torture-brings-its-hub',
      severity: 'error',
      from: { path: '^scripts/torture/' },
      to: { path: '^tests/', pathNot: '^tests/hub/' },
    },
    {
      name: 'proof-brings-its-hub',
      comment: 'Of the tests it knows the hub; its own tests know what they need.',
      severity: 'error',
      from: { path: '^scripts/proof/', pathNot: TEST },
      to: { path: '^tests/', pathNot: '^tests/hub/' },
    },
    {
      name: 'scripts-never-reach-react',
      severity: 'error',
      from: { path: '^(scripts|tests/hub)/', pathNot: TEST },
      to: { path: UI_PACKAGES, reachable: true },
    },
    {
      name: 'product-knows-no-scripts-and-tests',
      severity: 'error',
      from: { path: '^(app|lib)/', pathNot: TEST },
      to: { path: '^(scripts|tests)/' },
    },
    {
      name: 'no-fakes-in-the-product',
      severity: 'error',
      from: { path: '^(app|lib|scripts)/', pathNot: ['^lib/platform/memory/', TEST] },
      to: { path: '^lib/platform/memory/' },
    },
    {
      name: 'hub-stands-alone',
      comment:
        'A fake that shares code with what it tests agrees with its mistakes. The registry is data.',
      severity: 'error',
      from: { path: '^tests/hub/', pathNot: [TEST, '^tests/hub/globalSetup\\.ts$'] },
      to: {
        path: '^(app|lib|scripts|tests)/',
        pathNot: ['^tests/hub/', '^scripts/demoModel', REGISTRY],
      },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: {},
      to: { path: TEST },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};
