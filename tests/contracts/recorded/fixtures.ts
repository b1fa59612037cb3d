import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exchange } from './exchanges.ts';

export const fixtureFolder = join(import.meta.dirname, '../../golden/partners');

/** A conversation as it was held once. What was told is what our adapter made of it then. */
export type Fixture = {
  readonly adapter: string;
  /** Whose answers these are: a release of a partner, or the simulator. */
  readonly recordedFrom: string;
  readonly exchanges: readonly Exchange[];
  readonly told: readonly unknown[];
};

export const fixtureFile = (adapter: string): string => join(fixtureFolder, `${adapter}.golden.json`);

export const readFixture = (adapter: string): Fixture =>
  JSON.parse(readFileSync(fixtureFile(adapter), 'utf8')) as Fixture;

/** What JSON keeps of it: members that are undefined are not told. */
export const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
