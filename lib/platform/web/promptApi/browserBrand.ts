/** The browser's name and version, as it reports them. */

/** Chromium's properties beyond the standard's types; other browsers don't have them. */
interface UserAgentData {
  platform: string;
  brands: { brand: string; version: string }[];
}

export function userAgentData(): UserAgentData | undefined {
  return (navigator as { userAgentData?: UserAgentData }).userAgentData;
}

/** Undefined where the browser doesn't report it. */
export function browserBrand(): { brand: string; version: string } | undefined {
  // One of the brands is invented, so that pages don't rely on a fixed list.
  return userAgentData()?.brands.find(
    (each) => !/not.?a.?brand/i.test(each.brand.replace(/\W/g, '')),
  );
}
