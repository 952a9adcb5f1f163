import type { RandomStream } from '../random.ts';
import { patchAround } from './lesions.ts';
import type { PhantomFrame } from './noise.ts';
import type { BreastOutline } from './outline.ts';

const LOBULES_PER_SQUARE_CM = 0.55;

/**
 * Draws the lobules of fat that lie within glandular tissue and make it look torn: ellipses of 5 to 16 mm, longer towards the
 * nipple.
 *
 * @returns 1 in their middle, 0 outside; height × width
 */
export function drawFatLobules(
  random: RandomStream,
  frame: PhantomFrame,
  outline: BreastOutline,
): Float32Array {
  const shares = new Float32Array(frame.height * frame.width);
  const boxHeightMm = 2 * outline.lowerMm;
  const count = Math.round((LOBULES_PER_SQUARE_CM * outline.depthMm * boxHeightMm) / 100);
  for (let lobule = 0; lobule < count; lobule++) {
    const place = {
      x: random.uniform(0, outline.depthMm),
      y: outline.centreMm + outline.lowerMm * random.uniform(-1, 1),
    };
    const radiusMm = random.uniform(2.5, 6);
    const length = random.uniform(1.1, 1.9);
    const turn = 0.5 * random.normal();
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const depth = random.uniform(0.4, 1);
    const patch = patchAround(frame, place, 1.4 * radiusMm * length, (x, y) => {
      const [dx, dy] = [x - place.x, y - place.y];
      const square = ((dx * cos + dy * sin) / length) ** 2 + (dy * cos - dx * sin) ** 2;
      return depth * Math.max(0, 1 - (square / (radiusMm * radiusMm)) ** 2);
    });
    for (let row = 0; row < patch.rows; row++) {
      for (let column = 0; column < patch.columns; column++) {
        const at = (patch.top + row) * frame.width + patch.left + column;
        const share = patch.values[row * patch.columns + column] as number;
        if (share > (shares[at] as number)) shares[at] = share;
      }
    }
  }
  return shares;
}
