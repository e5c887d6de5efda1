/**
 * The direction of a page, as React Native's I18nManager for browsers: Metro takes it in place of react-native-web's,
 * which always answers left to right, so that the texts and menus of Paper would stay so in a page from right to left.
 */
interface Page {
  documentElement: { dir: string };
}

const page = () => (globalThis as unknown as { document: Page }).document.documentElement;

const pageDirection = {
  allowRTL: () => undefined,
  forceRTL(isRightToLeft: boolean) {
    page().dir = isRightToLeft ? 'rtl' : 'ltr';
  },
  getConstants: () => ({ isRTL: page().dir === 'rtl' }),
};

export default pageDirection;
