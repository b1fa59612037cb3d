import { describe, expect, it } from '@jest/globals';
import { sharedBuffersMiB } from '../../../adapters/postgres/embedded/settings.ts';

const gibibyte = 2 ** 30;

describe('the buffers of the embedded Postgres', () => {
  it('are an eighth of the memory', () => {
    expect(sharedBuffersMiB(8 * gibibyte)).toBe(1_024);
  });

  it('are never so few that a small machine reads its indexes from disk', () => {
    expect(sharedBuffersMiB(gibibyte)).toBe(256);
  });

  it('leave a large machine to the service and the files', () => {
    expect(sharedBuffersMiB(256 * gibibyte)).toBe(2_048);
  });

  it('know no difference between a container without a limit and the machine', () => {
    expect(sharedBuffersMiB(Number.MAX_SAFE_INTEGER)).toBe(2_048);
  });
});
