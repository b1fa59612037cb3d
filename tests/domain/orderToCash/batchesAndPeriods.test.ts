import { describe, expect, test } from '@jest/globals';
import { glExport } from '../../../domain/orderToCash/glExport.ts';
import { periodClose } from '../../../domain/orderToCash/periodClose.ts';
import { feed, recorded } from './samples.ts';

describe('S-16 a sealed batch', () => {
  const batch = { batchId: 'PRIMARY-202611-0001', ledger: 'PRIMARY' };
  const journals = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ journalId: `J${index}`, erpDocument: 'D' }));

  test('is exported, its outcomes are collected, and each invoice is told', () => {
    const { intents } = feed(glExport, [
      recorded('GlBatchSealed', batch),
      recorded('GlBatchExported', batch),
      recorded('GlBatchAcknowledged', { ...batch, journals: journals(401) }),
    ]);
    expect(intents.map(({ step, payload }) => [step, payload.from, payload.to])).toEqual([
      ['exportBatch', undefined, undefined],
      ['simulateBatch', undefined, undefined],
      ['collectOutcomes', undefined, undefined],
      ['recordPosting', 0, 200],
      ['recordPosting', 200, 400],
      ['recordPosting', 400, 401],
    ]);
    expect(new Set(intents.map((intent) => intent.intentId)).size).toBe(6);
    // Nothing that the shadow waits for holds up the ERP of record.
    expect(intents[1]?.lane).not.toBe(intents[0]?.lane);
  });

  test('with refused journals tells their invoices too', () => {
    const rejected = recorded('GlEntriesRejected', { ...batch, journals: [{ journalId: 'J', code: 'X', detail: '' }] });
    expect(feed(glExport, [rejected]).last).toMatchObject([
      { step: 'recordPosting', payload: { outcome: 'REJECTED', outcomeRevision: rejected.revision } },
    ]);
  });
});

describe('a period', () => {
  const softClosed = (period: string) => recorded('PeriodSoftClosed', { bu: 'ACME', ledger: 'PRIMARY', period });

  test('is accrued each time it is soft-closed, with everything that was known then', () => {
    const [first, again] = [softClosed('202611'), softClosed('202611')];
    const { issued } = feed(periodClose, [first, again]);
    expect(issued.flatMap(({ intents }) => intents)).toMatchObject(
      [first, again].map(({ position }) => ({
        ...{ step: 'recordAccruals', lane: 'period:ACME:PRIMARY:202611' },
        payload: { bu: 'ACME', ledger: 'PRIMARY', period: '202611', softClosedAt: position },
      })),
    );
  });
});
