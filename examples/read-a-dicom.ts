/**
 * Reads a DICOM mammogram and draws it for a screen: `npm run example -- examples/read-a-dicom.ts [FILE [PICTURE.png]]`.
 * Without a file it draws a phantom, which shows no one, and writes it as DICOM first.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  drawPatient,
  phantomCohort,
  readMammogram,
  readPng,
  renderForDisplay,
  SYNTHETIC_MARK,
  writePng,
  writeSyntheticDicom,
} from '@mammo/mammo-io';
import { check, say } from './check.ts';

const [file, picture = join(tmpdir(), 'mammogram.png')] = process.argv.slice(2);
const bytes = file === undefined ? await phantomFile() : new Uint8Array(await readFile(file));

const mammogram = await readMammogram(bytes);
const { height, width, pixels, laterality, view, synthetic, warnings } = mammogram;
say(`${height} × ${width}, ${laterality ?? '?'} ${view ?? '?'}, synthetic: ${synthetic}`);
for (const warning of warnings) say(`warning: ${warning}`);

const screen = renderForDisplay(mammogram, { longestSide: 400 });
for (const { step, description } of screen.applied) say(`applied: ${step}: ${description}`);
const drawn = writePng({
  pixels: screen.pixels,
  height: screen.height,
  width: screen.width,
  ...(synthetic ? { text: SYNTHETIC_MARK } : {}),
});
await writeFile(picture, drawn);
say(`drawn: ${picture}`);

check('as many pixels as rows and columns say', pixels.length === height * width);
check('the picture has grey levels', new Set(readPng(drawn).pixels).size > 16);
if (file === undefined) check('a phantom says that it is synthetic', synthetic);

async function phantomFile(): Promise<Uint8Array> {
  const plan = phantomCohort({ seed: 1, height: 384, width: 320, patients: 2, positiveShare: 0.5 });
  const [first] = drawPatient(plan, 0);
  if (first === undefined) throw new Error('a patient has images');
  const { patientId, laterality, view } = first.image;
  const mark = { program: 'read-a-dicom', version: '1', description: 'a phantom' };
  return writeSyntheticDicom(
    { pixels: first.pixels, height: 384, width: 320, bitsStored: 16 },
    { mark, breast: { patientId, laterality, view } },
  );
}
