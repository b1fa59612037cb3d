import { expect, test } from '@jest/globals';
import { throughline } from '../support/throughline.ts';

/** Node itself tells of each file whether it compiles it or finds it compiled. */
const told = { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };

test('what was compiled at one start is not compiled at the next', async () => {
  await throughline(['--help']);
  const { code, err } = await throughline(['--help'], told);
  expect(code).toBe(0);
  expect(err).toMatch(/retrieving transpile cache for StrippedTypeScript \S+\/api\/cli\/commands\.ts\.\.\.success/);
});
