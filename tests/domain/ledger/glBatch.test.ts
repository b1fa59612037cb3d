import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { GlBatchCommand } from '../../../domain/ledger/commands.ts';
import type { GlBatchEvent, SealedJournal } from '../../../domain/ledger/events.ts';
import { glBatchDecider } from '../../../domain/ledger/glBatch.ts';
import { glBatchId, merkleRoot, type SealHashes, sealContent } from '../../../domain/ledger/sealing.ts';
import { eventsOf } from '../invoice/sale.ts';

const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hashes: SealHashes = {
  content: (value) => sha256(JSON.stringify(value)),
  leaf: (value) => sha256(Uint8Array.of(0), JSON.stringify(value)),
  node: (left, right) => sha256(Uint8Array.of(1), bytes(left), bytes(right)),
};

const journal = (journalId: string, amount = '100', accountingDate = '2026-11-24'): SealedJournal => ({
  journalId,
  accountingDate,
  templateId: 'T02',
  documentRef: 'SH',
  orderId: 'O',
  invoiceId: null,
  currency: 'USD',
  lines: [
    { lineNo: 1, account: '1250', debit: amount, credit: '0' },
    { lineNo: 2, account: '1200', debit: '0', credit: amount },
  ],
});

const seal = (journals: readonly SealedJournal[], more: object = {}): GlBatchCommand => ({
  type: 'SealBatch',
  bu: 'ACME',
  ledger: 'PRIMARY',
  batchId: 'PRIMARY-202611-0001',
  period: '202611',
  sequence: 1,
  throughPosition: '9',
  ...(journals.length === 0
    ? { journals, controlTotals: [], merkleRoot: '', contentSha256: '' }
    : sealContent(journals, hashes)),
  ...more,
});
const outcomes = (acknowledged: readonly string[], rejected: readonly string[] = [], code = 'E1'): GlBatchCommand => ({
  type: 'RecordOutcomes',
  erpSystem: 'erp',
  acknowledged: acknowledged.map((journalId) => ({ journalId, erpDocument: `D-${journalId}` })),
  rejected: rejected.map((journalId) => ({ journalId, code, detail: 'no' })),
});

const given = (...commands: readonly GlBatchCommand[]) => {
  let state = glBatchDecider.initial;
  let last: readonly GlBatchEvent[] = [];
  for (const command of commands) {
    last = eventsOf(glBatchDecider.decide(command, state));
    state = fold(glBatchDecider, state, last);
  }
  return { state, last, when: (command: GlBatchCommand) => glBatchDecider.decide(command, state) };
};

/** `exported` by whom, and what was said of each journal. */
const known = ({ exports, outcomes }: ReturnType<typeof given>['state']) => ({
  exported: exports.map(({ erpSystem }) => erpSystem),
  journals: Object.fromEntries([...outcomes].map(([journalId, { outcome }]) => [journalId, outcome])),
});

describe('GL batch', () => {
  test('it seals journals with control totals by account, and the same content again is no event', () => {
    const { last, when } = given(seal([journal('a'), journal('b', '50')]));
    expect(last).toMatchObject([
      {
        type: 'GlBatchSealed',
        data: {
          controlTotals: [
            { currency: 'USD', account: '1200', debit: '0', credit: '150' },
            { currency: 'USD', account: '1250', debit: '150', credit: '0' },
          ],
        },
      },
    ]);
    expect(when(seal([journal('a'), journal('b', '50')]))).toEqual([]);
    expect(when(seal([journal('c')]))).toMatchObject({ refused: 'BATCH_SEALED' });
  });

  test('nothing to seal, an unbalanced, stray or doubled journal and wrong totals are refused', () => {
    const tilted = { ...journal('a'), lines: journal('a').lines.slice(0, 1) };
    expect(given().when(seal([]))).toMatchObject({ refused: 'BATCH_EMPTY' });
    expect(given().when(seal([tilted]))).toMatchObject({ refused: 'JOURNAL_UNBALANCED' });
    expect(given().when(seal([journal('a', '1', '2026-12-01')]))).toMatchObject({ refused: 'JOURNAL_UNBALANCED' });
    expect(given().when(seal([journal('a'), journal('a')]))).toMatchObject({ refused: 'JOURNAL_UNBALANCED' });
    expect(given().when(seal([journal('a')], { controlTotals: [] }))).toMatchObject({ refused: 'JOURNAL_UNBALANCED' });
  });

  test('S-16 of two journals one is acknowledged and one rejected, and the rejected one may be accepted later', () => {
    const sealed = seal([journal('a'), journal('b')]);
    const answered = given(sealed, { type: 'RecordExport', erpSystem: 'erp', fileSha256: 'f' }, outcomes(['a'], ['b']));
    expect(answered.last.map((event) => event.type)).toEqual(['GlBatchAcknowledged', 'GlEntriesRejected']);
    expect(known(answered.state)).toEqual({ exported: ['erp'], journals: { a: 'ACKNOWLEDGED', b: 'REJECTED' } });
    expect(answered.when(outcomes(['a'], ['b']))).toEqual([]);
    const put = given(sealed, outcomes(['a'], ['b']), outcomes(['b']));
    expect(known(put.state)).toEqual({ exported: [], journals: { a: 'ACKNOWLEDGED', b: 'ACKNOWLEDGED' } });
    expect(put.when(outcomes([], ['a']))).toEqual([]);
  });

  test('answers that come one by one, and an export that is repeated, are recorded once', () => {
    const sealed = seal([journal('a'), journal('b')]);
    const exported: GlBatchCommand = { type: 'RecordExport', erpSystem: 'erp', fileSha256: 'f' };
    expect(known(given(sealed).state)).toEqual({ exported: [], journals: {} });
    expect(given(sealed, exported).when(exported)).toEqual([]);
    expect(known(given(sealed, exported, outcomes(['a'])).state)).toEqual({
      exported: ['erp'],
      journals: { a: 'ACKNOWLEDGED' },
    });
    expect(given(sealed).when(outcomes(['zz']))).toMatchObject({ refused: 'NOT_FOUND' });
    expect(given().when(exported)).toMatchObject({ refused: 'NOT_FOUND' });
  });

  test('the tree is that of RFC 9162: five leaves split four and one', () => {
    const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(hashes.leaf) as [string, string, string, string, string];
    const { node } = hashes;
    expect(merkleRoot([a, b, c, d, e], node)).toBe(node(node(node(a, b), node(c, d)), e));
    expect(merkleRoot([a, b, c], node)).toBe(node(node(a, b), c));
    expect(merkleRoot([a], node)).toBe(a);
    expect(() => merkleRoot([], node)).toThrow(RangeError);
    expect(glBatchId('PRIMARY', '202611', 7)).toBe('PRIMARY-202611-0007');
  });
});
