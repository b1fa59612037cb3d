import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import { type MakeDocument, madeDocumentsDecider, nextControlNumber } from '../../../domain/edi/madeDocuments.ts';

const { decide, initial } = madeDocumentsDecider;

const making = (documentId: string, controlNumber: number): MakeDocument => ({
  ...{ type: 'MakeDocument', bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', documentId, controlNumber },
  ...{ kind: '997', functionalId: 'FA', orderId: null, reference: '000000017', acknowledges: false },
  payloadSha256: 'a'.repeat(64),
});

describe('documents made for a partner', () => {
  test('each has the next number, and one that is there already is not made again', () => {
    const first = decide(making('D1', 1), initial);
    if (isRefusal(first)) throw new Error(first.detail);
    expect(first).toMatchObject([{ type: 'PartnerDocumentMade', data: { documentId: 'D1', controlNumber: 1 } }]);
    const state = fold(madeDocumentsDecider, initial, first);
    expect(decide(making('D1', 1), state)).toEqual([]);
    expect(decide(making('D1', 2), state)).toEqual([]);
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
