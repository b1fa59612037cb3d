import { describe, expect, test } from '@jest/globals';
import { fold, isRefusal } from '../../../domain/decider.ts';
import type { InboundDocumentEvent } from '../../../domain/edi/inboundEvents.ts';
import { answerTo, type InboxCommand, inboxDecider, setsOf } from '../../../domain/edi/inbox.ts';

const whose = { bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', interchange: '000000017' };
const set = { kind: '850', set: '0001', setErrors: [] };
const group = { functionalId: 'PO', group: '17', x12Version: '004010', setsTold: 2, groupErrors: [] };
const received = (receptionId: string, payloadSha256 = 'a'): InboxCommand => ({
  type: 'Receive',
  data: { ...whose, receptionId, payloadSha256, groups: [{ ...group, sets: [set, { ...set, set: '0002' }] }] },
});
const taken = (place: string): InboxCommand => ({
  type: 'Record',
  outcome: {
    type: 'TransactionSetTaken',
    data: {
      ...{ ...whose, place, group: '17', set: '0001', kind: '850', outcome: 'ORDER', customerPo: 'PO', orderId: 'O1' },
      ...{ holds: [], unused: [], mappingVersion: 'NORDBUY@1' },
    },
  },
});
const acknowledged = (receptionId: string, documentId: string): InboxCommand => ({
  type: 'Acknowledge',
  data: { ...whose, receptionId, answer: { documentId, payloadSha256: 'p' } },
});

const given = (...commands: readonly InboxCommand[]) => {
  let state = inboxDecider.initial;
  const all: InboundDocumentEvent[] = [];
  for (const command of commands) {
    const events = inboxDecider.decide(command, state);
    if (isRefusal(events)) throw new Error(events.detail);
    all.push(...events);
    state = fold(inboxDecider, state, events);
  }
  return { state, all, when: (command: InboxCommand) => inboxDecider.decide(command, state) };
};

describe('the inbox of one interchange', () => {
  test('the same bytes again are a repetition, each reception once', () => {
    const { when } = given(received('R1'));
    expect(when(received('R1'))).toEqual([]);
    expect(when(received('R2'))).toEqual([
      { type: 'InterchangeRepeated', data: { ...whose, receptionId: 'R2', payloadSha256: 'a' } },
    ]);
    expect(given(received('R1'), received('R2')).when(received('R2'))).toEqual([]);
  });

  test('other bytes under the same control number are refused', () => {
    expect(given(received('R1')).when(received('R2', 'b'))).toMatchObject({
      refused: 'CONTROL_NUMBER_REUSED',
      data: { firstPayloadSha256: 'a' },
    });
  });

  test('what became of a set is recorded once, whoever comes to something else later', () => {
    const { when, state } = given(received('R1'), taken('1.1'));
    expect(when(taken('1.1'))).toEqual([]);
    expect(when(taken('1.2'))).toMatchObject([{ type: 'TransactionSetTaken', data: { place: '1.2' } }]);
    expect(setsOf(state.received?.groups ?? []).map(({ place }) => place)).toEqual(['1.1', '1.2']);
  });

  test('each reception is answered by one document', () => {
    const { when, state } = given(received('R1'), acknowledged('R1', 'D1'), received('R2'));
    expect(when(acknowledged('R1', 'D9'))).toEqual([]);
    expect(when(acknowledged('R2', 'D2'))).toMatchObject([{ data: { answer: { documentId: 'D2' } } }]);
    expect(['R1', 'R2', 'R3'].map((id) => answerTo(state, id)?.documentId)).toEqual(['D1', undefined, undefined]);
  });

  test('nothing becomes of what was never received', () => {
    expect(given().when(taken('1.1'))).toMatchObject({ refused: 'NOT_FOUND' });
  });
});
