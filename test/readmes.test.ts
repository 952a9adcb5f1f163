import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
}

const packages = readdirSync('packages')
  .map((folder) => {
    const path = `packages/${folder}/package.json`;
    return { folder, manifest: JSON.parse(readFileSync(path, 'utf8')) as Manifest };
  })
  .filter(({ manifest }) => manifest.private !== true);

describe.each(packages)('$folder', ({ folder, manifest }) => {
  const readme = readFileSync(`packages/${folder}/README.md`, 'utf8');

  test('its README has a picture, installation, a program, its names, limits and references', () => {
    expect(readme.startsWith(`# ${manifest.name}\n`)).toBe(true);
    expect(readme).toMatch(new RegExp(`^npm install .*${manifest.name}\\b`, 'm'));
    expect(readme).toMatch(/^```ts$/m);
    expect(readme).toMatch(/not a medical device/);
    for (const section of ['(API|What is in it)', 'Limits', 'References']) {
      expect(readme, section).toMatch(new RegExp(`^## ${section}$`, 'm'));
    }
    const pictures = [...readme.matchAll(/!\[.+?\]\((.+?)\)/g)].map(([, path = '']) => path);
    expect(pictures.length).toBeGreaterThan(0);
    for (const path of pictures)
      expect(existsSync(join('packages', folder, path)), path).toBe(true);
  });

  test('its changelog begins with its version, and is in the tarball', () => {
    const changelog = readFileSync(`packages/${folder}/CHANGELOG.md`, 'utf8');
    expect(changelog).toMatch(new RegExp(`^# ${manifest.name}\n\n## ${manifest.version}\n`));
    expect(manifest.files).toContain('CHANGELOG.md');
  });
});
