/** What a synthetic image keeps of its source: tags by value representation, which implicit files do not state. */
type VrTable = readonly (readonly [vr: string, tags: readonly number[]])[];

/** Of patient, study, series, equipment, acquisition and image. */
const CONTEXT: VrTable = [
  // Patient and clinical trial subject
  ['CS', [0x00080005, 0x00100040, 0x00120062, 0x00280303]],
  ['PN', [0x00100010]],
  [
    'LO',
    [
      0x00100020, 0x00100021, 0x00120010, 0x00120020, 0x00120021, 0x00120030, 0x00120031,
      0x00120040, 0x00120042, 0x00120063,
    ],
  ],
  ['DA', [0x00100030]],
  ['AS', [0x00101010]],
  ['DS', [0x00101020, 0x00101030]],
  ['LT', [0x00104000]],
  ['SQ', [0x00120064]],
  // Study
  ['UI', [0x0020000d]],
  ['DA', [0x00080020]],
  ['TM', [0x00080030]],
  ['PN', [0x00080090]],
  ['SH', [0x00080050, 0x00200010]],
  ['LO', [0x00081030]],
  ['SQ', [0x00081032]],
  // Series
  ['CS', [0x00080060, 0x00080068, 0x00180015, 0x00200060]],
  ['SQ', [0x00400275]],
  ['LO', [0x00181030, 0x00201040, 0x00400254]],
  ['UI', [0x00200052]],
  // Equipment
  ['LO', [0x00080070, 0x00080080, 0x00081040, 0x00081090, 0x00181000, 0x00181020]],
  ['ST', [0x00080081]],
  ['SH', [0x00081010]],
  // Image
  ['IS', [0x00200012, 0x00200013]],
  ['CS', [0x00080064, 0x00200020, 0x00280300, 0x00280301, 0x00280302, 0x00282110, 0x00282114]],
  ['DA', [0x00080022]],
  ['TM', [0x00080032]],
  ['DT', [0x0008002a]],
  ['DS', [0x00282112]],
  ['SQ', [0x00400555]],
  // Digital X-ray and mammography
  ['SQ', [0x00082218, 0x00281352, 0x00540220]],
  [
    'CS',
    [
      0x00181508, 0x00185101, 0x00189559, 0x00200062, 0x00281040, 0x00281300, 0x00281350,
      0x00400318, 0x00500004,
    ],
  ],
  ['ST', [0x00281351]],
  [
    'DS',
    [
      0x001811a0, 0x001811a2, 0x001811a3, 0x001811a5, 0x00181510, 0x00181511, 0x00400316,
      0x00408302,
    ],
  ],
  ['US', [0x00400302]],
  ['SS', [0x00281041]],
  // Detector and geometry
  ['CS', [0x00181147, 0x00187000, 0x00187004, 0x00187005, 0x00187024, 0x00187034]],
  ['LT', [0x00187006, 0x00187008]],
  ['SH', [0x0018700a]],
  ['DA', [0x0018700c]],
  ['TM', [0x0018700e]],
  ['IS', [0x00181149, 0x00187010]],
  [
    'DS',
    [
      0x00181110, 0x00181111, 0x00181114, 0x00181530, 0x00181531, 0x00186000, 0x00187001,
      0x0018701a, 0x00187020, 0x00187022, 0x00187026, 0x00187028, 0x00187030, 0x00187032,
      0x00400306,
    ],
  ],
  ['LO', [0x00181400, 0x00181401]],
  // Exposure
  ['DS', [0x00180060, 0x00181190, 0x00187052, 0x00187054, 0x00188150, 0x00188151, 0x00400314]],
  ['IS', [0x00181150, 0x00181151, 0x00181152, 0x00181153, 0x00181405]],
  ['SH', [0x00181160]],
  ['CS', [0x00181166, 0x00181191, 0x00187050, 0x00187060, 0x00187064]],
  ['LT', [0x00187062]],
];

/** Of the pixels' size and place: true while the fake has the source's size. */
const GEOMETRY: VrTable = [
  ['DS', [0x00181164, 0x00182010, 0x00280030]],
  ['CS', [0x00181700, 0x00280a02]],
  ['LO', [0x00280a04]],
  ['IS', [0x00181702, 0x00181704, 0x00181706, 0x00181708, 0x00280034]],
];

/** Of what the values mean: true while the fake has the source's bits, sign and photometric interpretation. */
const VALUES: VrTable = [
  ['DS', [0x00281050, 0x00281051, 0x00281052, 0x00281053]],
  ['LO', [0x00281054, 0x00281055]],
  ['SQ', [0x00283000, 0x00283010]],
  ['CS', [0x00281056, 0x20500020]],
  ['US or SS', [0x00280120, 0x00280121]],
];

/** Inside the items of sequences. */
const ITEM_ATTRIBUTES: VrTable = [
  ['SH', [0x00080100, 0x00080102, 0x00080103, 0x00081010, 0x00400009, 0x00401001]],
  [
    'LO',
    [
      0x00080070, 0x00080080, 0x00080104, 0x00081090, 0x00181000, 0x00181020, 0x00283003,
      0x00283004, 0x00321060, 0x00400007,
    ],
  ],
  ['UC', [0x00080119]],
  ['UR', [0x00080120]],
  ['SQ', [0x00082220, 0x00400008, 0x004008ea, 0x0040a043, 0x0040a168, 0x0040a170, 0x00540222]],
  ['US', [0x00283002]],
  ['OW', [0x00283006]],
  ['CS', [0x0040a040]],
  ['DS', [0x0040a30a]],
  ['DT', [0x0018a002]],
  ['ST', [0x0018a003]],
];

const TOP_LEVEL = new Map([...vrByTag(CONTEXT), ...vrByTag(GEOMETRY), ...vrByTag(VALUES)]);
const IN_ITEMS = vrByTag(ITEM_ATTRIBUTES);
const GEOMETRY_TAGS = new Set(vrByTag(GEOMETRY).keys());
const VALUE_TAGS = new Set(vrByTag(VALUES).keys());

/** The value representation of an attribute that a fake of a source keeps, or nothing for one that it does not. */
export function keptVr(tag: number, source: { readonly signed: boolean }): string | undefined {
  const vr = TOP_LEVEL.get(tag);
  if (vr !== 'US or SS') return vr;
  return source.signed ? 'SS' : 'US';
}

/** The value representation of an attribute inside a kept sequence, for files that do not state it. */
export function itemVr(tag: number): string | undefined {
  return IN_ITEMS.get(tag);
}

/** Whether an attribute says how large the pixels are or where they lie. */
export function describesGeometry(tag: number): boolean {
  return GEOMETRY_TAGS.has(tag);
}

/** Whether an attribute says what the stored values mean. */
export function describesValues(tag: number): boolean {
  return VALUE_TAGS.has(tag);
}

function vrByTag(table: VrTable): Map<number, string> {
  return new Map(table.flatMap(([vr, tags]) => tags.map((tag) => [tag, vr] as const)));
}
