import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { nodeFlags } from '../../api/nodeFlags.ts';

const root = join(import.meta.dirname, '../..');

test('every way to start the service, and a terminal that does as much, starts Node alike', async () => {
  const { scripts, dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string; throughline: string };
    dependencies: { node: string };
  };
  // In the place of the shell that npm starts it with: that one ends by a signal for npm and says nothing to its child.
  expect(scripts.start).toBe(['exec', 'node', ...nodeFlags, 'api/main.js'].join(' '));
  expect(scripts.throughline).toBe(['node', ...nodeFlags, 'api/cli.js'].join(' '));
  const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
  expect(/^FROM node:(\S+)$/m.exec(dockerfile)?.[1]).toBe(`${dependencies.node}-bookworm-slim`);
  const [command] = /^CMD (\[.*\])$/m.exec(dockerfile)?.slice(1) ?? [];
  expect(JSON.parse(command ?? '[]')).toEqual(['node', ...nodeFlags, 'api/main.js']);
});

test('no file of the product changes them while it runs, since whoever sets one back does not know to what', () => {
  const files = ['domain', 'commands', 'projections', 'adapters', 'api'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(room, file)),
  );
  expect(files.length).toBeGreaterThan(400);
  expect(files.filter((file) => readFileSync(join(root, file), 'utf8').includes('setFlagsFromString'))).toEqual([]);
});
