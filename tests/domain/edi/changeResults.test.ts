import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeResult } from '../../../domain/edi/changeResults.ts';
import type { RecordedDomainEvent } from '../../../domain/events.ts';

const of = { orderId: 'O', bu: 'ACME', changeId: 'C', lineId: '10', reason: 'asked for by EDI' };
const event = (type: string, data: object): RecordedDomainEvent =>
  ({ type, data: { ...of, ...data } }) as unknown as RecordedDomainEvent;
const asked = (qty: number) => event('OrderLineCancelRequested', { requestedQty: `${qty}` });
const stopped = (qty: number) => event('OrderLineCancelled', { cancelledQty: `${qty}` });
const refused = (qty: number) => event('OrderLineCancelRefused', { refusedQty: `${qty}` });
const raised = event('OrderLineChangeRequested', { raised: { from: '10', to: '12' } });
const raise = event('OrderLineChanged', { addedQty: '2' });
const result = (refusal: string | null, ...events: readonly RecordedDomainEvent[]) =>
  changeResult({ changeId: 'C', refusal }, events);

describe('what came of a change that a partner asked for', () => {
  test.each([
    ['a line is lowered', 'ACCEPTED', [asked(4), stopped(1), stopped(3)]],
    ['a part of it had left', 'IN_PART', [asked(4), stopped(1), refused(3)]],
    ['all of it had left', 'REJECTED', [asked(4), refused(4)]],
    ['the warehouse was not heard', 'PENDING', [asked(4), stopped(3)]],
    ['there is credit for more', 'ACCEPTED', [raised, raise]],
    ['there is none', 'REJECTED', [raised, event('OrderLineChangeRefused', { refusedQty: '2' })]],
    ['credit was not asked yet', 'PENDING', [raised]],
    ['it took back what waited', 'ACCEPTED', []],
    [
      'another change is about the same line',
      'PENDING',
      [raised, event('OrderLineChanged', { changeId: 'D', addedQty: '2' })],
    ],
  ] as const)('%s: %s', (_what, expected, events) => {
    expect(result(null, ...events)).toBe(expected);
  });

  test('what the order refused at once is rejected, unless the line stands so already', () => {
    expect([result('LINE_UNKNOWN'), result('CHANGE_EMPTY')]).toEqual(['REJECTED', 'ACCEPTED']);
  });

  test('it is decided when all that was asked is, and then by how much of it was done', () => {
    const part = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(part, part, part, (done, not, open) => {
        const events = [asked(done + not + open), stopped(done), refused(not)];
        const decided = not === 0 ? 'ACCEPTED' : done === 0 ? 'REJECTED' : 'IN_PART';
        expect(result(null, ...events)).toBe(open > 0 ? 'PENDING' : decided);
      }),
    );
  });
});
