/** A small phone, with a camera at its top and a bar at its bottom. */
export const PHONE_METRICS = {
  frame: { x: 0, y: 0, width: 360, height: 640 },
  insets: { top: 47, bottom: 34, left: 0, right: 0 },
};
