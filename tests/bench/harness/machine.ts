import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

/** Conditions without which a figure means nothing. */
export type Machine = {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly postgres: string;
  readonly commit: string;
  readonly startedAt: string;
  /** Of the minute before: what else the machine was doing. */
  readonly loadBefore: number;
};

const commitOf = (): string => {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: join(import.meta.dirname, '../../..'), encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
};

export const machineFacts = (): Omit<Machine, 'postgres'> => ({
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  commit: commitOf(),
  startedAt: new Date().toISOString(),
  loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});
