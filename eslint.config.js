/** Expo's rules, TypeScript's strict ones, and the limits that keep this house small. */
import expo from 'eslint-config-expo/flat.js';
import tseslint from 'typescript-eslint';

const TESTS = [
  '**/*.test.ts',
  '**/*.test.tsx',
  'tests/conformance/**',
  'tests/e2e/**',
  'tests/native/fakes/**',
];

/** Of every host, so of none: the core gets all of this through its ports. */
const HOST_GLOBALS = [
  'Buffer',
  'caches',
  'console',
  'crypto',
  'document',
  'fetch',
  'global',
  'globalThis',
  'indexedDB',
  'localStorage',
  'location',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'self',
  'sessionStorage',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'window',
  'Worker',
  'XMLHttpRequest',
];

/** Everywhere. */
const UNSAFE_SYNTAX = [
  {
    selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
    message: 'Text from a server or a model must stay text.',
  },
  {
    selector: 'AssignmentExpression > MemberExpression[property.name=/^(inner|outer)HTML$/].left',
    message: 'Text from a server or a model must stay text.',
  },
  {
    // A PRAGMA takes no parameters.
    selector:
      'Property[key.name="sql"] > TemplateLiteral[expressions.length>0]:not([quasis.0.value.raw=/^PRAGMA /])',
    message: 'Values go into params, never into the text of a statement.',
  },
];

// A name, a unit or an address has no translation.
const NAMES = '(?!(Modelshelf|Hugging Face)$)';
const LABELS =
  '/^(label|name|title|text|hint|kept|keepLabel|asking|placeholder|valueText|alt|aria-label|aria-valuetext|accessibilityLabel|accessibilityHint)$/';
const WORD = `/^${NAMES}[A-Z][a-z]/`;
const NOT_TRANSLATED = 'A text that people see goes through t().';

/** In what people see. */
const UNTRANSLATED_SYNTAX = [
  {
    selector: 'JSXText[value=/[A-Za-z]{2}/]:not([value=/^\\s*Modelshelf\\s*$/])',
    message: NOT_TRANSLATED,
  },
  {
    selector: `JSXAttribute[name.name=${LABELS}] > Literal[value=${WORD}]`,
    message: NOT_TRANSLATED,
  },
  { selector: `Property[key.name=${LABELS}] > Literal[value=${WORD}]`, message: NOT_TRANSLATED },
  {
    // Also through a choice: `isOpen ? 'Close' : t('Open')`.
    selector: `JSXExpressionContainer > :matches(ConditionalExpression, LogicalExpression) > Literal[value=${WORD}]`,
    message: NOT_TRANSLATED,
  },
  {
    // A sentence, wherever it is, but not what a developer reads.
    selector: `Literal[value=/^${NAMES}[A-Z][^ ]*[a-z’][^ ]* [^ ]/]:not(CallExpression[callee.name="t"] > Literal, NewExpression Literal, :matches(BinaryExpression, SwitchCase) > Literal)`,
    message: NOT_TRANSLATED,
  },
  {
    selector: 'TemplateElement[value.raw=/[a-z’]{2} [a-z]{2}/]:not(NewExpression TemplateElement)',
    message: 'A sentence is one message of t(), with its values as arguments.',
  },
  {
    selector: 'CallExpression[callee.name="t"]:not([arguments.0.type="Literal"])',
    message: 'The message of t() is a literal, so that a script finds it.',
  },
  {
    selector: 'CallExpression[callee.name=/^(t|translated)$/]:not(:function CallExpression)',
    message: 'At module level the language isn’t known yet: make it a function.',
  },
  {
    selector:
      'Property[key.name=/^(left|right|(margin|padding)(Left|Right)|border(Top|Bottom)?(Left|Right)[A-Za-z]*)$/]',
    message: 'Right-to-left languages mirror start and end.',
  },
];

const REACT_RULES = expo
  .flatMap(({ rules = {} }) => Object.keys(rules))
  .filter((name) => /^react(-hooks)?\//.test(name));

export default tseslint.config(
  {
    ignores: [
      '.cache/',
      '.expo/',
      '.parts/',
      'android/',
      'assets/',
      'dist/',
      'docs/api/',
      'ios/',
      'package/dist/',
      'package/plugins/',
      'public/',
      'site/',
      'test-results/',
      '**/*.d.ts',
      // Expo's rules name `*.web.*`, whatever its language.
      '**/*.json',
    ],
  },
  ...expo,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        // What Node knows is read as Node reads it. The other passes are one here: each costs a whole type check.
        project: ['./tsconfig.node.json', './tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Our objects are closures: none has a `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      complexity: ['error', 12],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...UNSAFE_SYNTAX],
      eqeqeq: 'error',
      'no-cond-assign': 'error',
      'no-constant-binary-expression': 'error',
      'no-control-regex': 'error',
      'no-empty': 'error',
      'no-fallthrough': 'error',
      'no-misleading-character-class': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-escape': 'error',
      // The compiler resolves imports and names, in more ways than these know.
      'import/namespace': 'off',
      'import/no-named-as-default': 'off',
      'import/no-named-as-default-member': 'off',
      'import/no-unresolved': 'off',
      'no-undef': 'off',
    },
  },
  {
    files: [
      'lib/*.ts',
      'lib/ai/**/*.ts',
      'lib/db/*.ts',
      'lib/download/**/*.ts',
      'lib/platform/shared/storePath.ts',
      'lib/platform/types.ts',
    ],
    ignores: TESTS,
    rules: { 'no-restricted-globals': ['error', ...HOST_GLOBALS] },
  },
  {
    // A rejection that nobody hears of ends a phone's app, or leaves it in a state that nobody knows.
    files: ['lib/platform/native/**'],
    rules: { '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }] },
  },
  {
    files: ['lib/components/**', 'app/**'],
    ignores: TESTS,
    rules: { 'no-restricted-syntax': ['error', ...UNSAFE_SYNTAX, ...UNTRANSLATED_SYNTAX] },
  },
  {
    files: ['lib/ai/modelConfig.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    // React is in `.tsx` and in hooks alone, and to look for it is a fifth of the whole check.
    files: ['**/*.ts', '**/*.mjs', '**/*.cjs', '**/*.js'],
    ignores: ['**/use[A-Z]*.ts', 'examples/{expo,screen}/App.js'],
    rules: Object.fromEntries(REACT_RULES.map((name) => [name, 'off'])),
  },
  {
    // Packages of their own: what they import is installed where they are copied to.
    files: ['examples/**'],
    rules: { 'import/no-unresolved': 'off', 'import/named': 'off', 'import/namespace': 'off' },
  },
  {
    files: ['examples/**/metro.config.js'],
    languageOptions: { globals: { __dirname: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { __dirname: 'readonly' } },
  },
  {
    files: ['eslint.config.js'],
    rules: { 'import/no-named-as-default-member': 'off' },
  },
  {
    files: ['scripts/**', 'tests/hub/**'],
    rules: {
      'no-console': 'off',
    },
  },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      // The rows of a table come as parameters.
      'max-params': 'off',
      'no-restricted-properties': [
        'error',
        ...['describe', 'it', 'test'].flatMap((object) => [
          { object, property: 'only', message: 'It silences every other test.' },
          {
            object,
            property: 'skip',
            message: 'Remove the test, or say on this line why not yet.',
          },
        ]),
      ],
      // Matchers are typed as any, and a test awaits what it likes.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['package/app.plugin.js'],
    rules: {
      // The build copies the plugins beside it.
      'import/no-unresolved': ['error', { ignore: ['^\\./plugins/'] }],
    },
  },
);
