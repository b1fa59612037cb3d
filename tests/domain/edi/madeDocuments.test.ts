import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memorySize } from '../../../commands/deciding/memorySize.ts';
import { fold, isRefusal } from '../../../domain/decider.ts';
import { documentBeginningDecider } from '../../../domain/edi/documentBeginning.ts';
import {
  type MakeDocument,
  madeDocumentsDecider,
  madeUnbegun,
  nextControlNumber,
} from '../../../domain/edi/madeDocuments.ts';

const { decide, initial } = madeDocumentsDecider;

const making = (documentId: string, controlNumber: number, begunAfter?: number): MakeDocument => ({
  ...{ type: 'MakeDocument', bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', documentId, controlNumber },
  ...{ kind: '997', functionalId: 'FA', orderId: null, reference: '000000017', acknowledges: false },
  ...{ payloadSha256: 'a'.repeat(64), ...(begunAfter !== undefined && { begunAfter }) },
});

const made = (state: typeof initial, command: MakeDocument) => {
  const events = decide(command, state);
  if (isRefusal(events)) throw new Error(events.detail);
  return fold(madeDocumentsDecider, state, events);
};

describe('documents made for a partner', () => {
  test('each has the next number, and one of before beginnings were noted is not made again', () => {
    const first = decide(making('D1', 1), initial);
    expect(first).toMatchObject([{ type: 'PartnerDocumentMade', data: { documentId: 'D1', controlNumber: 1 } }]);
    const state = made(initial, making('D1', 1));
    expect(decide(making('D1', 1), state)).toEqual([]);
    expect(decide(making('D1', 2), state)).toEqual([]);
    expect(madeUnbegun(state, 'D1')).toEqual({ controlNumber: 1, payloadSha256: 'a'.repeat(64) });
  });

  test('what is kept of them does not grow with them', () => {
    const few = made(made(initial, making('OLD', 1)), making('D2', 2, 1));
    let many = few;
    for (let number = 3; number <= 30_000; number += 1) many = made(many, making(`D${number}`, number, number - 1));
    expect(many.last).toBe(30_000);
    expect(memorySize(many)).toBe(memorySize(few));
    expect(decide(making('D3', 3, 2), many)).toMatchObject({ refused: 'CONTROL_NUMBER_TAKEN', data: { next: 30_001 } });
  });

  test('a document is begun once, and remembers whom it is for and where the numbers were', () => {
    const begun = (afterNumber: number) =>
      ({ type: 'BeginDocument', bu: 'ACME', partner: 'NORDBUY', documentId: 'D1', afterNumber }) as const;
    const { decide: begin, initial: nothing } = documentBeginningDecider;
    const events = begin(begun(7), nothing);
    expect(events).toMatchObject([{ type: 'PartnerDocumentBegun', data: { documentId: 'D1', afterNumber: 7 } }]);
    if (isRefusal(events)) throw new Error(events.detail);
    const state = fold(documentBeginningDecider, nothing, events);
    expect([state, begin(begun(9), state)]).toEqual([{ afterNumber: 7, partner: 'NORDBUY' }, []]);
  });

  test('one that was written with a number that another one got is written again with the next', () => {
    expect(decide(making('D2', 2), initial)).toMatchObject({ refused: 'CONTROL_NUMBER_TAKEN', data: { next: 1 } });
    const full = { ...initial, last: 999_999_999 };
    expect(decide(making('D2', 1_000_000_000), full)).toMatchObject({ refused: 'CONTROL_NUMBER_TAKEN' });
  });

  test('numbers have no gaps and none is used twice, whoever makes what how often and with whichever number', () => {
    const attempts = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 12 })));
    fc.assert(
      fc.property(attempts, (made) => {
        let state = initial;
        const numbers: number[] = [];
        for (const [document, guess] of made) {
          const decided = decide(making(`D${document}`, guess || nextControlNumber(state)), state);
          if (isRefusal(decided)) continue;
          numbers.push(...decided.map(({ data }) => data.controlNumber));
          state = fold(madeDocumentsDecider, state, decided);
        }
        expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
      }),
    );
  });
});
