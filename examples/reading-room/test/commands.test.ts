import { runProgram } from '@mammo/command-line';
import { describe, expect, test } from 'vitest';
import { READING_ROOM } from '../server/commands.ts';

async function say(...args: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await runProgram(READING_ROOM, args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

describe('npm run reading-room', () => {
  test('every command explains itself with examples', async () => {
    expect((await say('--help')).out).toMatch(/^Usage: npm run reading-room -- \[COMMAND\]/);
    for (const { name } of READING_ROOM.commands) {
      const { code, out } = await say(name, '--help');
      expect(code).toBe(0);
      expect(out, name).toMatch(/\nExamples?:\n {2}\S/);
    }
  });

  test.each<[string[], string]>([
    [['crate'], 'npm run reading-room --: no command crate\n'],
    [['create'], 'create: --from must name a folder\n'],
    [['demo', '--from', 'x'], "demo: Unknown option '--from'"],
    [['--name', 'x'], "serve: Unknown option '--name'"],
    [['backup'], 'backup: one file must be given, got nothing\n'],
    [['serve', 'x'], "serve: Unexpected argument 'x'"],
    [['--port', '70000'], 'serve: --port must be a whole number in 0..65535, got 70000\n'],
    [['restore', 'a', 'b'], 'restore: one file must be given, got 2\n'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, out, err } = await say(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  test('a folder that is none is a problem of the input', async () => {
    const { code, err } = await say('create', '--from', 'no-such-folder');
    expect(code).toBe(1);
    expect(err).toMatch(/^npm run reading-room -- create: /);
  });
});
