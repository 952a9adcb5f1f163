import type { RandomStream } from '../random.ts';
import type { PhantomFrame } from './noise.ts';
import { blob, sigmoid } from './profiles.ts';
import type { PhantomLesion } from './traits.ts';

/** A point of the field: mm from the chest wall and from the top. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A rectangle of pixels and what is added to the grey levels there. */
export interface Patch {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
  /** rows × columns. */
  readonly values: Float32Array;
}

/** A lesion as drawn: the light it adds and its shape, 0 to about 1, over the same pixels. */
export interface DrawnLesion {
  readonly added: Patch;
  readonly shape: Patch;
}

const MASS_CONTRAST = 0.3; // of a mass of strength 1, in grey levels of [0, 1]
const CALCIFICATION_CONTRAST = 0.34;
const TAIL = 0.004; // what is cut off a shape's tails, so that it ends somewhere

/** Draws a lesion at a place of one view; zero but for the returned rectangle. */
export function drawLesion(
  random: RandomStream,
  frame: PhantomFrame,
  lesion: PhantomLesion,
  place: Place,
): DrawnLesion {
  const strength = lesion.strength * Math.exp(0.15 * random.normal());
  if (lesion.type === 'mass') {
    const shape = drawMass(random, frame, lesion, place);
    return { shape, added: scaled(shape, MASS_CONTRAST * strength) };
  }
  const shape = drawCalcifications(random, frame, lesion, place);
  const added = scaled(shape, CALCIFICATION_CONTRAST * strength);
  const spread = 1.4 * lesion.spreadMm;
  addPatch(
    added,
    frame,
    (x, y) =>
      0.02 * strength * blob(((x - place.x) ** 2 + (y - place.y) ** 2) / (2 * spread * spread)),
  );
  return { shape, added };
}

/** Fills the rectangle of pixels within `reachMm` of a place with a function of mm. */
export function patchAround(
  frame: PhantomFrame,
  place: Place,
  reachMm: number,
  valueAt: (x: number, y: number) => number,
): Patch {
  const { height, width, mm } = frame;
  const span = (centre: number, limit: number): [number, number] => [
    Math.min(limit, Math.max(0, Math.floor((centre - reachMm) / mm))),
    Math.min(limit, Math.max(0, Math.ceil((centre + reachMm) / mm))),
  ];
  const [left, right] = span(place.x, width);
  const [top, bottom] = span(place.y, height);
  const rows = bottom - top;
  const columns = right - left;
  const patch = { top, left, rows, columns, values: new Float32Array(rows * columns) };
  addPatch(patch, frame, valueAt);
  return patch;
}

function addPatch(
  { top, left, rows, columns, values }: Patch,
  { mm }: PhantomFrame,
  valueAt: (x: number, y: number) => number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      values[at] =
        (values[at] as number) + valueAt((left + column + 0.5) * mm, (top + row + 0.5) * mm);
    }
  }
}

function scaled(patch: Patch, factor: number): Patch {
  return { ...patch, values: patch.values.map((value) => value * factor) };
}

/** A soft-edged body with five lobes' waves about its radius, and often spicules. */
function drawMass(
  random: RandomStream,
  frame: PhantomFrame,
  { radiusMm, spiculated }: PhantomLesion,
  place: Place,
): Patch {
  const softness = random.uniform(0.16, 0.3) * radiusMm;
  const waves = [0.16, 0.11, 0.09, 0.06, 0.05].map((size) => size * random.normal());
  const phases = waves.map(() => random.uniform(0, 2 * Math.PI));
  const spicules = Array.from({ length: spiculated ? 9 + random.integer(7) : 0 }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const lengthMm = radiusMm * random.uniform(1.6, 2.6);
    return { cos: Math.cos(angle), sin: Math.sin(angle), lengthMm };
  });
  const halfWidthMm = Math.max(0.7, 0.5 * frame.mm); // never thinner than half a pixel
  const largestLobe = waves.reduce((sum, wave) => sum + Math.abs(wave), 1);
  const bodyMm = radiusMm * largestLobe - softness * Math.log(TAIL);
  const reachMm = Math.max(bodyMm, spiculated ? 2.6 * radiusMm + 1 : 0);

  return patchAround(frame, place, reachMm, (x, y) => {
    const dx = x - place.x;
    const dy = y - place.y;
    const radius = Math.sqrt(dx * dx + dy * dy);
    const angle = Math.atan2(dy, dx);
    let lobe = 1;
    for (let k = 0; k < waves.length; k++) {
      lobe += (waves[k] as number) * Math.cos((k + 2) * angle + (phases[k] as number));
    }
    const core = Math.exp(-((radius / radiusMm) ** 2));
    let value = sigmoid((radiusMm * lobe - radius) / softness) * (0.85 + 0.15 * core);
    for (const spicule of spicules) {
      const spike = radius > 0.5 * radiusMm ? spiculeAt(spicule, dx, dy, halfWidthMm) : 0;
      if (spike > value) value = spike;
    }
    return Math.max(0, value - TAIL) / (1 - TAIL);
  });
}

interface Spicule {
  readonly cos: number;
  readonly sin: number;
  readonly lengthMm: number;
}

/** A thin line that fades from the mass's centre to its end. */
function spiculeAt(
  { cos, sin, lengthMm }: Spicule,
  dx: number,
  dy: number,
  halfWidthMm: number,
): number {
  const along = dx * cos + dy * sin;
  const across = (dy * cos - dx * sin) / halfWidthMm;
  const radius = Math.hypot(dx, dy);
  if (along <= 0 || radius >= lengthMm || Math.abs(across) > 3) return 0;
  return 0.55 * Math.exp(-across * across) * (1 - radius / lengthMm) ** 0.7;
}

/** A cluster of calcifications, 0.2 to 0.7 mm wide and often longer than wide; where that is less than a pixel, a pixel. */
function drawCalcifications(
  random: RandomStream,
  frame: PhantomFrame,
  { calcificationCount, spreadMm }: PhantomLesion,
  place: Place,
): Patch {
  const grains = Array.from({ length: calcificationCount }, () =>
    drawGrain(random, place, spreadMm),
  );
  const farthest = grains.reduce(
    (most, { x, y }) => Math.max(most, Math.abs(x - place.x), Math.abs(y - place.y)),
    4 * 1.4 * spreadMm, // the cluster's haze
  );
  const leastMm = 0.42 * frame.mm;
  const cluster = patchAround(frame, place, farthest + 2 + 4 * leastMm + frame.mm, () => 0);
  for (const { x, y, cos, sin, height, widthMm, lengthMm } of grains) {
    const across = Math.max(leastMm, widthMm);
    const along = Math.max(leastMm, lengthMm);
    const one = patchAround(frame, { x, y }, 4 * along, (px, py) => {
      const u = ((px - x) * cos + (py - y) * sin) / along;
      const v = ((py - y) * cos - (px - x) * sin) / across;
      return height * blob((u * u + v * v) / 2);
    });
    addOnto(cluster, one);
  }
  return { ...cluster, values: cluster.values.map((value) => Math.min(value, 1.3)) };
}

interface Grain extends Place {
  readonly cos: number;
  readonly sin: number;
  readonly height: number;
  /** Standard deviations of its blob. */
  readonly widthMm: number;
  readonly lengthMm: number;
}

function drawGrain(random: RandomStream, place: Place, spreadMm: number): Grain {
  const turn = random.uniform(0, Math.PI);
  const widthMm = random.uniform(0.1, 0.22);
  return {
    x: place.x + spreadMm * random.normal(),
    y: place.y + spreadMm * random.normal(),
    cos: Math.cos(turn),
    sin: Math.sin(turn),
    height: random.uniform(0.5, 1),
    widthMm,
    lengthMm: widthMm * random.uniform(1, 1.8),
  };
}

function addOnto(target: Patch, source: Patch): void {
  for (let row = 0; row < source.rows; row++) {
    for (let column = 0; column < source.columns; column++) {
      const at =
        (source.top + row - target.top) * target.columns + source.left + column - target.left;
      target.values[at] =
        (target.values[at] as number) + (source.values[row * source.columns + column] as number);
    }
  }
}
