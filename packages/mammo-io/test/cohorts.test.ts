import { describe, expect, test } from 'vitest';
import { readCbisDdsm } from '../src/cohorts/cbis-ddsm.ts';
import { readCmmd } from '../src/cohorts/cmmd.ts';
import { readDdsm } from '../src/cohorts/ddsm.ts';
import { readEmbed } from '../src/cohorts/embed.ts';
import { readInbreast } from '../src/cohorts/inbreast.ts';
import { readMiniMias } from '../src/cohorts/mini-mias.ts';
import { readRsna } from '../src/cohorts/rsna.ts';
import { readVindrMammo } from '../src/cohorts/vindr-mammo.ts';
import { formatManifest } from '../src/manifest.ts';
import { splitByPatient } from '../src/split.ts';
import { findSplitLeaks } from '../src/split-leaks.ts';
import { readShared, skipReason } from './shared-data.ts';

const text = (path: string) => new TextDecoder().decode(readShared(path));

describe('readCbisDdsm', () => {
  const list = (type: 'mass' | 'calc', split: 'train' | 'test') => ({
    csv: text(`metadata/cbis-ddsm/${type}_case_description_${split}_set.csv`),
    split: split === 'train' ? ('training' as const) : ('test' as const),
  });

  test.skipIf(skipReason)(
    `reads the real tables and finds the 18 + 13 shared patients${skipReason}`,
    () => {
      const { rows, leftOut } = readCbisDdsm([
        list('mass', 'train'),
        list('mass', 'test'),
        list('calc', 'train'),
        list('calc', 'test'),
      ]);
      expect(leftOut).toEqual([]);
      expect(new Set(rows.map(({ patientId }) => patientId)).size).toBe(1566);
      const leaks = findSplitLeaks(rows);
      expect(leaks).toHaveLength(31);
      const from = (name: string) =>
        leaks.filter(({ images }) => images.some((index) => rows[index]?.path.startsWith(name)))
          .length;
      expect([from('Mass-Test'), from('Calc-Test')]).toEqual([18, 13]);
      expect(() => splitByPatient(rows, { seed: 1 })).toThrow(/must be in one split/);

      const undivided = readCbisDdsm([
        { csv: list('mass', 'train').csv },
        { csv: list('calc', 'test').csv },
      ]);
      expect(findSplitLeaks(undivided.rows)).toEqual([]);
      expect(formatManifest(undivided.rows)).toContain('Mass-Training_P_00001_LEFT_CC');
    },
  );

  test('an image is positive if any abnormality is malignant', () => {
    const columns =
      'patient_id,breast_density,left or right breast,image view,abnormality id,abnormality type,assessment,pathology,image file path';
    const csv = [
      columns,
      'P_1,3,LEFT,CC,1,mass,3,BENIGN,"Mass-Training_P_1_LEFT_CC/1/000000.dcm\n"',
      'P_1,3,LEFT,CC,2,mass,5,MALIGNANT,"Mass-Training_P_1_LEFT_CC/1/000000.dcm\n"',
      'P_1,3,LEFT,MLO,1,mass,2,BENIGN_WITHOUT_CALLBACK,Mass-Training_P_1_LEFT_MLO/1/000000.dcm',
    ].join('\r\n');
    expect(readCbisDdsm([{ csv: `\uFEFF${csv}` }]).rows).toMatchObject([
      {
        label: 'positive',
        lesionType: 'mass',
        finding: 'malignant',
        birads: 5,
        density: 'C',
        row: 3,
      },
      { label: 'negative', finding: 'benign', view: 'MLO', row: 4 },
    ]);
    const wrong = csv
      .replace('LEFT,MLO', 'BOTH,ML')
      .replace('Mass-Training_P_1_LEFT_MLO', '../etc');
    expect(() => readCbisDdsm([{ csv: wrong }])).toThrow(
      'readCbisDdsm: 2 problems\n' +
        '  table 1 row 4: left or right breast must be LEFT or RIGHT, got "BOTH"\n' +
        '  table 1 row 4: image view must be CC or MLO, got "ML"',
    );
    expect(() => readCbisDdsm([{ csv: 'patient_id\nP1' }])).toThrow(
      'row 1: the column image file path is missing',
    );
    const climbing = csv.replaceAll('Mass-Training_P_1_LEFT_MLO', '../x/../..');
    expect(() => readCbisDdsm([{ csv: climbing }])).toThrow(
      "the path must not lead out of the manifest's folder",
    );
  });
});

describe('readCmmd', () => {
  const images = [
    { path: 'CMMD/D1-0001/07-18-2010-NA-NA-79377/1.0/1-1.dcm', laterality: 'R', view: 'CC' },
    { path: 'CMMD/D1-0001/07-18-2010-NA-NA-79377/1.0/1-2.dcm', laterality: 'L', view: 'CC' },
    { path: 'CMMD/D2-0749/x/1-1.dcm', laterality: 'L', view: 'MLO' },
  ] as const;

  test.skipIf(skipReason)(`joins the real table with images${skipReason}`, () => {
    const { rows, leftOut } = readCmmd(text('metadata/cmmd_raw_label.csv'), { images });
    expect(rows).toMatchObject([
      {
        patientId: 'D1-0001',
        laterality: 'R',
        label: 'negative',
        finding: 'benign',
        age: 44,
        row: 2,
      },
      { patientId: 'D2-0749', label: 'positive', lesionType: 'mass', age: 42, row: 1873 },
    ]);
    expect(leftOut).toEqual([{ row: 2, reason: 'breast D1-0001 L has no label' }]);
  });

  test('names the rows that are wrong', () => {
    const csv = [
      'ID1,LeftRight,Age,number,abnormality,classification,subtype',
      'D1-0001,R,44,2,calcification,Benign,',
      'D1-0001,R,44,2,calcification,Malignant,',
      'D1-0002,X,44,2,tumour,Unknown,',
    ].join('\n');
    expect(() =>
      readCmmd(csv, { images: [{ path: 'x/1.dcm', laterality: 'L', view: 'CC' }] }),
    ).toThrow(
      'readCmmd: 5 problems\n' +
        '  images row 1: the path must have a patient\'s folder such as D1-0001, got "x/1.dcm"\n' +
        '  row 3: breast D1-0001 R is malignant here, benign in row 2\n' +
        '  row 4: LeftRight must be L or R, got "X"\n' +
        '  row 4: classification must be Benign or Malignant, got "Unknown"\n' +
        '  row 4: abnormality must be mass or both or calcification, got "tumour"',
    );
  });
});

describe('readInbreast', () => {
  const csv = [
    'Patient ID;Patient age;Laterality;View;Acquisition date;File Name;ACR;Bi-Rads',
    'removed;removed;R;CC;201001;22678622;4;1',
    'removed;removed;L;MLO;201001;22678646;     ;4a',
    'removed;removed;L;MLO;201001;1;2;3',
    'removed;removed;L;FB;201001;22678694;2;3',
    ';;;;;;;',
  ].join('\r\n');
  const files = [
    'AllDICOMs/22678622_61b13c59bcba149e_MG_R_CC_ANON.dcm',
    'AllDICOMs/22678646_61b13c59bcba149e_MG_L_ML_ANON.dcm',
    'AllDICOMs/22678694_61b13c59bcba149e_MG_L_FB_ANON.dcm',
  ];

  test('takes the patients from the names of the files', () => {
    const { rows, leftOut } = readInbreast(csv, { files });
    expect(rows).toMatchObject([
      {
        imageId: '22678622',
        patientId: '61b13c59bcba149e',
        laterality: 'R',
        view: 'CC',
        label: 'negative',
        density: 'D',
        birads: 1,
        path: files[0],
      },
      { imageId: '22678646', laterality: 'L', view: 'MLO', label: 'positive', birads: 4 },
    ]);
    expect(leftOut).toEqual([
      { row: 4, reason: 'no file has its number' },
      { row: 5, reason: 'view FB' },
    ]);
  });

  test('names the rows that are wrong', () => {
    expect(() =>
      readInbreast(csv.replace('R;CC', 'X;CC').replace('4a', 'high'), { files }),
    ).toThrow(
      'readInbreast: 2 problems\n  row 2: Laterality must be L or R, got "X"\n  row 3: Bi-Rads must begin with 0 to 6, got "high"',
    );
  });
});

describe('readVindrMammo', () => {
  const csv = [
    'study_id,series_id,image_id,laterality,view_position,height,width,breast_birads,breast_density,split',
    's1,x,i1,L,CC,3518,2800,BI-RADS 2,DENSITY C,training',
    's2,x,i2,R,MLO,3518,2800,BI-RADS 5,DENSITY D,test',
  ].join('\n');

  test('reads the annotations of breasts', () => {
    expect(readVindrMammo(csv).rows).toMatchObject([
      { path: 'images/s1/i1.dicom', label: 'negative', birads: 2, density: 'C', split: 'training' },
      { path: 'images/s2/i2.dicom', label: 'positive', view: 'MLO', split: 'test' },
    ]);
    expect(readVindrMammo(csv, { officialSplit: false }).rows[0]).not.toHaveProperty('split');
  });

  test('names the rows that are wrong, and ids that would climb', () => {
    const wrong = csv
      .replace('BI-RADS 2', 'BI-RADS 6')
      .replace('test', 'val')
      .replace('s2', '../..');
    expect(() => readVindrMammo(wrong)).toThrow(
      'readVindrMammo: 2 problems\n  row 2: breast_birads must be BI-RADS 1 to 5, got "BI-RADS 6"\n  row 3: split must be training or test, got "val"',
    );
    expect(() => readVindrMammo(csv.replace('s2', '../..'))).toThrow(
      `row 3: the path must not lead out of the manifest's folder, got "images/../../i2.dicom"`,
    );
  });
});

describe('readRsna', () => {
  test('reads the training table', () => {
    const csv = [
      'site_id,patient_id,image_id,laterality,view,age,cancer,biopsy,invasive,BIRADS,implant,density,machine_id,difficult_negative_case',
      '2,10006,462822612,L,CC,61.0,0,0,0,,0,,29,False',
      '1,99999,111111111,R,MLO,55.0,1,1,1,0.0,0,B,21,False',
      '1,99999,111111112,R,ML,55.0,1,1,1,0,0,B,21,False',
    ].join('\n');
    const { rows, leftOut } = readRsna(csv);
    expect(rows).toMatchObject([
      { patientId: '10006', label: 'negative', age: 61, path: 'train_images/10006/462822612.dcm' },
      { patientId: '99999', label: 'positive', density: 'B', birads: 0 },
    ]);
    expect(leftOut).toEqual([{ row: 4, reason: 'view ML' }]);
    expect(() => readRsna(csv.replace('61.0,0', '61.0,maybe'))).toThrow(
      'readRsna: 1 problem\n  row 2: cancer must be 0 or 1, got "maybe"',
    );
  });
});

describe('readMiniMias', () => {
  test.skipIf(skipReason)(`reads the real Info.txt${skipReason}`, () => {
    const { rows } = readMiniMias(text('mammograms/pgm/mini-mias/Info.txt'));
    expect(rows).toHaveLength(322);
    expect(new Set(rows.map(({ patientId }) => patientId)).size).toBe(161);
    const counts = ['malignant', 'benign', 'normal'].map(
      (finding) => rows.filter((row) => row.finding === finding).length,
    );
    expect(counts.reduce((sum, count) => sum + count)).toBe(322);
    expect(counts[2]).toBe(207);
    expect(rows.find(({ imageId }) => imageId === 'mdb028')).toMatchObject({
      patientId: 'mias014',
      laterality: 'L',
      view: 'MLO',
      label: 'positive',
      lesionType: 'mass',
      bitsStored: 8,
      path: 'mdb028.pgm',
    });
  });

  test('names the lines that are wrong', () => {
    expect(() =>
      readMiniMias('mdb001 G CIRC B 535 425 197\nmdb002 X CIRC B\nmdb003 D NORM B\n'),
    ).toThrow(
      'readMiniMias: 2 problems\n' +
        '  row 2: must be a film, its tissue and its abnormality, got "mdb002 X CIRC B"\n' +
        '  row 3: must be a film, its tissue and its abnormality, got "mdb003 D NORM B"',
    );
    expect(() => readMiniMias('hello')).toThrow(
      'the text must have lines such as "mdb001 G CIRC B 535 425 197"',
    );
  });
});

describe('readEmbed', () => {
  const metadata = [
    ',empi_anon,acc_anon,anon_dicom_path,ImageLateralityFinal,ViewPosition,FinalImageType,spot_mag',
    '0,11.0,21.0,images/a.dcm,L,CC,2D,',
    '1,11.0,21.0,images/b.dcm,R,MLO,2D,',
    '2,12,22,images/c.dcm,L,CC,2D,',
    '3,12,22,images/d.dcm,L,CC,cview,',
    '4,12,22,images/e.dcm,L,ML,2D,',
    '5,12,22,images/f.dcm,L,CC,2D,1.0',
    '6,13,23,images/g.dcm,R,CC,2D,',
  ].join('\n');
  const clinical = [
    'empi_anon,acc_anon,side,asses,path_severity,tissueden',
    '11,21,L,M,0.0,3.0',
    '11,21,R,N,,3.0',
    '12,22,,S,4.0,2',
    '13,23,R,S,,1',
  ].join('\n');

  test('joins images with the findings of their breast', () => {
    const { rows, leftOut } = readEmbed({ metadata, clinical });
    expect(rows).toMatchObject([
      {
        patientId: '11',
        examId: '21',
        label: 'positive',
        finding: 'malignant',
        density: 'C',
        path: 'images/a.dcm',
      },
      { patientId: '11', laterality: 'R', label: 'negative' },
      { patientId: '12', label: 'negative', finding: 'benign', density: 'B' },
    ]);
    expect(leftOut).toEqual([
      { row: 5, reason: 'image type cview' },
      { row: 6, reason: 'view ML' },
      { row: 7, reason: 'spot or magnification view' },
      { row: 8, reason: 'examination 23 R has no label' },
    ]);
  });

  test('names the rows that are wrong', () => {
    expect(() => readEmbed({ metadata: metadata.replace('a.dcm,L', 'a.dcm,B'), clinical })).toThrow(
      'readEmbed: 1 problem\n  metadata row 2: ImageLateralityFinal must be L or R, got "B"',
    );
    expect(() => readEmbed({ metadata: 'a', clinical })).toThrow('readEmbed: metadata: 6 problems');
  });
});

describe('readDdsm', () => {
  const ics = [
    'ics_version 1.0',
    'filename A-1141-1',
    'DATE_OF_STUDY 2 7 1995',
    'PATIENT_AGE 71',
    'DENSITY 3',
    'DIGITIZER LUMISYS LASER',
    'SEQUENCE',
    'LEFT_CC LINES 4696 PIXELS_PER_LINE 3024 BITS_PER_PIXEL 12 RESOLUTION 50 OVERLAY',
    'RIGHT_MLO LINES 4736 PIXELS_PER_LINE 3096 BITS_PER_PIXEL 12 RESOLUTION 50 NON_OVERLAY',
  ].join('\r\n');
  const overlay = [
    'TOTAL_ABNORMALITIES 2',
    'ABNORMALITY 1',
    'LESION_TYPE MASS SHAPE OVAL MARGINS CIRCUMSCRIBED',
    'ASSESSMENT 3',
    'PATHOLOGY BENIGN',
    'ABNORMALITY 2',
    'LESION_TYPE CALCIFICATION TYPE PLEOMORPHIC DISTRIBUTION CLUSTERED',
    'ASSESSMENT 5',
    'PATHOLOGY MALIGNANT',
  ].join('\n');

  test('reads a case with its overlays', () => {
    const { rows } = readDdsm([{ ics, overlays: { LEFT_CC: overlay }, folder: 'case1141' }]);
    expect(rows).toMatchObject([
      {
        imageId: 'A-1141-1.LEFT_CC',
        patientId: 'A-1141-1',
        label: 'positive',
        lesionType: 'calcifications',
        finding: 'malignant',
        birads: 5,
        density: 'C',
        age: 71,
        bitsStored: 12,
        path: 'case1141/A_1141_1.LEFT_CC.LJPEG',
      },
      { laterality: 'R', view: 'MLO', label: 'negative' },
    ]);
    expect(rows[1]).not.toHaveProperty('finding');
    const normal = readDdsm([{ ics: ics.replace(' OVERLAY', ' NON_OVERLAY'), overlays: {} }]);
    expect(normal.rows.map(({ finding }) => finding)).toEqual(['normal', 'normal']);
  });

  test('names the cases that are wrong', () => {
    expect(() =>
      readDdsm([
        { ics, overlays: {} },
        { ics: '', overlays: {} },
      ]),
    ).toThrow(
      'readDdsm: 3 problems\n' +
        '  case row 1: the overlay of LEFT_CC is missing\n' +
        '  case row 2: the .ics file must have a line "filename"\n' +
        '  case row 2: the .ics file must have lines such as "LEFT_CC LINES …"',
    );
  });
});
