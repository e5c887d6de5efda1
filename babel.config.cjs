/** Expo's own preset: what Metro uses anyway, named here so that Jest finds it too. */
const PAPER = [
  require.resolve('react-native-paper/babel'),
  { mappings: require.resolve('./paperParts.cjs') },
];

/** Jest runs everything as CommonJS, which has no `import()`. */
const importByRequire = ({ template }) => {
  const required = template.expression(
    'Promise.resolve().then(() => ((it) => (it.__esModule ? it : { ...it, default: it }))(require(PATH)))',
  );
  return {
    visitor: {
      CallExpression(path) {
        const { callee, arguments: args } = path.node;
        if (callee.type === 'Import') path.replaceWith(required({ PATH: args[0] }));
      },
    },
  };
};

/**
 * Expo writes the path below which the app is served into its code. This app is served below any path, which the page's
 * first script finds out.
 */
const basePathOfPage = ({ template }) => {
  const path = template.expression('globalThis.modelshelfPage?.basePath', {
    placeholderPattern: false,
  });
  return {
    visitor: {
      MemberExpression(node) {
        if (node.matchesPattern('process.env.EXPO_BASE_URL')) node.replaceWith(path());
      },
    },
  };
};

module.exports = (api) => {
  api.cache(true);
  return {
    presets: [require.resolve('expo/internal/babel-preset')],
    env: {
      // Of Paper some six things are used; by its index all of it would be in every bundle.
      production: { plugins: [PAPER, basePathOfPage] },
      test: { plugins: [importByRequire] },
    },
  };
};
