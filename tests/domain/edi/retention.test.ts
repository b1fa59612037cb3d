import { describe, expect, test } from '@jest/globals';
import { type RemovePayloads, retentionDecider } from '../../../domain/edi/retention.ts';
import { decisionOf } from './decisions.ts';

const payload = (sha256: string, storedAt = '2024-01-05T00:00:00.000000Z') => ({
  ...{ sha256, soldTo: 'C-1001', storedAt, size: 100 },
});
const removing = (payloads: RemovePayloads['payloads'], storedBefore = '2024-02-01T00:00:00.000Z'): RemovePayloads => ({
  type: 'RemovePayloads',
  bu: 'ACME',
  storedBefore,
  payloads,
});
const decided = (...commands: readonly RemovePayloads[]) => decisionOf(retentionDecider, commands);

describe('messages that were kept long enough', () => {
  test('are named one by one when they are removed, with how much that was', () => {
    const { size: _, ...named } = payload('a');
    expect(decided(removing([payload('a'), payload('b')]))).toEqual([
      {
        type: 'PayloadsRemoved',
        data: {
          ...{ bu: 'ACME', storedBefore: '2024-02-01T00:00:00.000Z', bytes: 200 },
          payloads: [named, { ...named, sha256: 'b' }],
        },
      },
    ]);
  });

  test('are named once by whoever is killed before they are gone, and the others beside them', () => {
    const first = removing([payload('a'), payload('b')]);
    expect(decided(first, first)).toEqual([]);
    expect(decided(first, removing([payload('b'), payload('c')]))).toMatchObject([
      { data: { bytes: 100, payloads: [{ sha256: 'c' }] } },
    ]);
  });

  test('are named again when the same bytes came again and are old again', () => {
    const again = removing([payload('a', '2026-01-01T00:00:00.000000Z')], '2028-02-01T00:00:00.000Z');
    expect(decided(removing([payload('a')]), again)).toMatchObject([{ data: { payloads: [{ sha256: 'a' }] } }]);
    const otherCustomer = removing([{ ...payload('a'), soldTo: 'C-1002' }]);
    expect(decided(removing([payload('a')]), otherCustomer)).toMatchObject([
      { data: { payloads: [{ soldTo: 'C-1002' }] } },
    ]);
  });
});
