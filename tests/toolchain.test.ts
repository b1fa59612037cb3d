import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const root = new URL('..', import.meta.url).pathname;

/** Runs a script of package.json and returns what it printed when it failed, so that the report shows the cause. */
const complaintsOf = (script: string, ...args: readonly string[]): string => {
  const run = spawnSync('npm', ['run', '-s', script, '--', ...args], { cwd: root, encoding: 'utf8' });
  return run.status === 0 ? '' : `${run.stdout}${run.stderr}`;
};

describe('the toolchain', () => {
  it('runs on the Node version pinned in package.json', () => {
    expect(process.versions.node.split('.')[0]).toBe('24');
  });

  it('finds no type error', () => {
    // Checkers beside each other repeat each other's work, and here other tests want the cores.
    expect(complaintsOf('typecheck', '--singleThreaded')).toBe('');
  });

  it('finds no lint error', () => {
    expect(complaintsOf('lint')).toBe('');
  });
});
