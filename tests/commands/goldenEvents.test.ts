import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventTypes, schemaVersionOf, toDomain } from '../../commands/codec.ts';
import { recorded } from './recorded.ts';

// One file per event type and version that was ever written, as it lies in the log. Files are added, never changed: an
// old event must be readable for as long as there is a log. A file of an older version has `today`, what it is read as.

const folder = join(import.meta.dirname, '..', 'golden', 'events');

type Golden = {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly today?: unknown;
};

const read = (file: string): Golden => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden;

const files = readdirSync(folder);

/** Every number in a value, with the path to it. */
const numbersIn = (value: unknown, path: string): readonly (readonly [string, number])[] => {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => numbersIn(member, `${path}/${key}`));
};

describe('the recorded events', () => {
  test('have a golden file for every type of the catalogue in every version ever written, and no other file', () => {
    const wanted = eventTypes.flatMap((type) =>
      Array.from({ length: schemaVersionOf(type) }, (_, index) => `${type}.v${index + 1}.golden.json`),
    );
    expect([...files].sort()).toEqual([...wanted].sort());
  });

  test('are read by this program as what they are today', () => {
    for (const file of files) {
      const golden = read(file);
      expect(`${golden.type}.v${golden.schemaVersion}.golden.json`).toBe(file);
      expect({ file, data: toDomain(recorded(golden.type, golden.schemaVersion, golden.data)).data }).toEqual({
        file,
        data: golden.today ?? golden.data,
      });
    }
  });

  test('carry no money, price, rate or quantity as a number', () => {
    const counts =
      /\/(version|sourceVersion|fromVersion|toVersion|treeSize|previousTreeSize|journals|events|rows|policyVersion|priceListVersion|sequence|lineNo|size|hits|priority|steps|termsDays|leadTimeDays|\w+Days|workingDays\/\d+|delayMs|count|from|to|outcomeRevision|earlierRevision|throughGeneration|times|bytes|controlNumber|counts\/\w+|afterNumber|setsTold|changes|segmentNo|elementNo|simulationVersion|dialectVersion|modelled|linesDiffering|after\/place|[^/]*:[^/]*)$/;
    const numbers = files.flatMap((file) => numbersIn(read(file).data, file));
    expect(numbers.length).toBeGreaterThan(10);
    for (const [path, value] of numbers) {
      expect({ path, isCount: counts.test(path) && Number.isInteger(value) }).toEqual({ path, isCount: true });
    }
  });
});
