/**
 * A fleet of devices in front of a CDN and its origin. Times, places and the cache are a model; what each device fetches is
 * given. Random numbers come from a seed.
 */

export interface FleetPlan {
  devices: number;
  days: number;
  /** Places of the CDN; the k-th has 1/k of the first one's devices. */
  places: number;
  /** How long the CDN may answer with a catalog before it asks the origin. */
  catalogSeconds: number;
  seed: number;
}

/** Bytes and requests of one device, as measured. */
export interface DeviceTraffic {
  catalogBytes: number;
  signatureBytes: number;
  /** The file of the first version. */
  installBytes: number;
  /** Of the second version, for a device that has the first one. */
  updateBytes: number;
  indexBytes: number;
  /** A request brings at most so much of a file. */
  pieceBytes: number;
}

export interface FleetResult {
  /** What all devices received, in bytes. */
  deliveredBytes: number;
  /** What the origin sent. */
  originBytes: number;
  requests: number;
  originRequests: number;
  updates: number;
  /** Of one device in any five minutes. */
  mostRequests: number;
}

const DAY_SECONDS = 86_400;
/** When the second version is published, as a share of the time. */
const PUBLISHED_AT = 0.5;

export function simulate(plan: FleetPlan, traffic: DeviceTraffic): FleetResult {
  const { devices, days, places, catalogSeconds, seed } = plan;
  const random = createRandom(seed);
  const pick = createPicker(places);
  const windows = Math.ceil((days * DAY_SECONDS) / catalogSeconds);
  /** For each place and time window, whether the catalog was asked for. */
  const asked = Array.from({ length: places }, () => new Uint8Array(windows));
  const installedAt = new Uint8Array(places);
  const updatedAt = new Uint8Array(places);
  const publishedDay = days * PUBLISHED_AT;
  let checks = 0;
  let updates = 0;
  for (let device = 0; device < devices; device += 1) {
    const place = pick(random());
    const phase = random();
    const firstDay = random() * days;
    installedAt[place] = 1;
    let hasFirst = firstDay < publishedDay;
    // At its install, and then once a day at the same time of day.
    for (let day = firstDay; day < days; day = nextCheck(day, phase)) {
      checks += 1;
      const window = Math.floor((day * DAY_SECONDS) / catalogSeconds);
      const seen = asked[place];
      if (seen) seen[window] = 1;
      if (!hasFirst || day < publishedDay) continue;
      hasFirst = false;
      updates += 1;
      updatedAt[place] = 1;
    }
  }
  return resultOf(plan, traffic, {
    ...{ checks, updates },
    refreshes: asked.reduce((sum, seen) => sum + count(seen), 0),
    installPlaces: count(installedAt),
    updatePlaces: count(updatedAt),
  });
}

interface Counts {
  checks: number;
  updates: number;
  /** How often a place had to ask the origin for the catalog. */
  refreshes: number;
  installPlaces: number;
  updatePlaces: number;
}

function resultOf({ devices }: FleetPlan, traffic: DeviceTraffic, counts: Counts): FleetResult {
  const { catalogBytes, signatureBytes, installBytes, updateBytes, indexBytes } = traffic;
  const { checks, updates, refreshes, installPlaces, updatePlaces } = counts;
  const listBytes = catalogBytes + signatureBytes;
  const pieces = (bytes: number) => Math.ceil(bytes / traffic.pieceBytes);
  const changedBytes = updateBytes + indexBytes;
  const updateRequests = pieces(updateBytes) + 1;
  return {
    deliveredBytes: devices * installBytes + updates * changedBytes + checks * listBytes,
    // Each place asks for each immutable name once, and for the catalog once in its time.
    originBytes: installPlaces * installBytes + updatePlaces * changedBytes + refreshes * listBytes,
    requests: devices * pieces(installBytes) + updates * updateRequests + checks * 2,
    originRequests:
      installPlaces * pieces(installBytes) + updatePlaces * updateRequests + refreshes * 2,
    updates,
    mostRequests: 2 + Math.max(pieces(installBytes), updateRequests),
  };
}

/** The next time of day `phase` at least half a day later. */
function nextCheck(day: number, phase: number): number {
  const next = Math.floor(day) + phase;
  return next > day + 0.5 ? next : next + 1;
}

function createPicker(places: number): (share: number) => number {
  const weights = Array.from({ length: places }, (_, place) => 1 / (place + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const ends = weights.map((weight) => (sum += weight / total));
  return (share) => {
    const place = ends.findIndex((end) => share < end);
    return place === -1 ? places - 1 : place;
  };
}

/** Mulberry32: the same numbers for the same seed, on every computer. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function count(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}
