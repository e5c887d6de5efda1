/** Which browser this is, by its own account. */

/** What Chromium tells beyond the standard's types; other browsers tell nothing. */
interface UserAgentData {
  platform: string;
  brands: { brand: string; version: string }[];
}

export function userAgentData(): UserAgentData | undefined {
  return (navigator as { userAgentData?: UserAgentData }).userAgentData;
}

/** Undefined where the browser doesn't tell. */
export function browserBrand(): { brand: string; version: string } | undefined {
  // One of the brands is made up, so that nobody relies on a fixed list.
  return userAgentData()?.brands.find(
    (each) => !/not.?a.?brand/i.test(each.brand.replace(/\W/g, '')),
  );
}
