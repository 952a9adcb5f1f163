import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitepress';
import { formulas, repositoryLinks } from './markdown.ts';
import { PAGES, ROOT } from './pages.ts';

/** Files that pages link to and that are no pages. */
const copied = new Set<string>();

const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: 'mammo',
  description:
    'Can a mammography AI be fooled, and would a radiologist notice? The study as software.',
  head: [
    [
      'link',
      {
        rel: 'icon',
        href: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='%233451b2'/></svg>",
      },
    ],
  ],
  srcDir: '..',
  srcExclude: [
    'README.md',
    '.changeset/**',
    'packages/*/CHANGELOG.md',
    '**/test/**',
    '**/docs/api/**',
    '.github/**',
    'runs/**',
    'study/**',
    'study-*/**',
  ],
  rewrites: PAGES,
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (md) => {
      formulas(md);
      repositoryLinks(md, copied);
    },
  },
  ignoreDeadLinks: [/^\/api\//, /^\/source\//], // scripts/check-links.ts looks at these in the built site
  buildEnd: ({ outDir }) => {
    for (const file of copied) {
      const target = join(outDir, 'source', `${file}.txt`);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(ROOT, file), target);
    }
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      page('Start', '/start'),
      page('Reproduce the paper', '/reproduce'),
      page('Results', '/results'),
      { text: 'API', link: '/api/index.html', target: '_self' },
    ],
    sidebar: [
      {
        text: 'Begin',
        items: [
          page('Start', '/start'),
          page('Examples', '/examples/'),
          page('The study, stage by stage', '/study'),
          page('The reading room', '/examples/reading-room'),
          page('Questions', '/questions'),
        ],
      },
      {
        text: 'The paper',
        items: [
          page('Reproduce the paper', '/reproduce'),
          page('Results', '/results'),
          page('The reader study, analysed again', '/reanalysis'),
          page('Responsible use', '/responsible-use'),
        ],
      },
      {
        text: 'Packages',
        items: [
          ...[
            'mammo-io',
            'cad-classifier',
            'gan-attack',
            'adversarial-eval',
            'reader-study-stats',
            'mammo-jobs',
          ],
          ...['tfjs-engine', 'tfjs-backend-onnx', 'tfjs-second-order', 'tfjs-safetensors'],
        ].map((name) => page(name, `/packages/${name}`)),
      },
      {
        text: 'Background',
        items: [
          page('Statistics', '/methods'),
          page('Engines and GPUs', '/engines'),
          page('How the packages fit together', '/architecture'),
          page('Words and seeds', '/vocabulary'),
          page('Why DICOM is parsed here', '/dicom-parsing'),
          page('Scale', '/scale'),
          page('Reliability', '/reliability'),
        ],
      },
      {
        text: 'Coming from',
        items: [
          page('Comparison', '/comparison'),
          page('PyTorch', '/evaluate-a-pytorch-model'),
          page('MONAI', '/coming-from-monai'),
          page('ART, Foolbox, torchattacks', '/coming-from-art'),
          page('pROC', '/coming-from-proc'),
          page('iMRMC', '/coming-from-imrmc'),
          page('MRMCaov', '/coming-from-mrmcaov'),
        ],
      },
      {
        text: 'Take part',
        items: [page('Contributing', '/contributing'), page('Code of conduct', '/code-of-conduct')],
      },
    ],
    footer: {
      message:
        'Research software for safety studies, not a medical device. Every fake is marked synthetic.',
    },
  },
});
