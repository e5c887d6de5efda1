/** Expo's own preset: what Metro uses anyway, named here so that Jest finds it too. */
module.exports = (api) => {
  api.cache(true);
  return { presets: [require.resolve('expo/internal/babel-preset')] };
};
