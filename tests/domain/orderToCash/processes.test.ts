import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { processes } from '../../../domain/orderToCash/processes.ts';

const folder = join(import.meta.dirname, '../../../domain/orderToCash');

describe('the list of process managers', () => {
  test('leaves out none that is defined', () => {
    const defined = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/= defineProcess\(\{\s+name: '(\w+)'/g)].map(
        ([, name]) => name,
      ),
    );
    expect(defined.length).toBeGreaterThan(5);
    expect(processes.map(({ name }) => name).toSorted()).toEqual(defined.toSorted());
  });
});
