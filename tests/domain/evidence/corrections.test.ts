import { describe, expect, test } from '@jest/globals';
import type { JournalClaim } from '../../../domain/evidence/bundle.ts';
import { checkBundle } from '../../../domain/evidence/checkBundle.ts';
import { bundleOver, indexesOf, journalsAt, tools } from './goldenBundle.ts';

const [issued = 0, reversal = 0, repost = 0, voided = 0] = [
  'InvoiceIssued',
  'GlReversalRequested',
  'GlRepostRequested',
  'InvoiceVoided',
].map((type) => indexesOf(type)[0]);

/** What is wrong with these journals; documents that they lead to are left out of the bundle. */
const found = async (indexes: readonly number[], journals: readonly JournalClaim[]): Promise<readonly string[]> => {
  const [journal, ...others] = journals.toReversed() as [JournalClaim, ...JournalClaim[]];
  const subject = { kind: 'gl-line', journalId: journal.journalId, lineNo: 1 } as const;
  const { findings } = await checkBundle(bundleOver(indexes, { subject, journal, journals: others }), tools);
  return findings.filter(({ code }) => code !== 'LINEAGE_BROKEN').map(({ code }) => code);
};

describe('the verifier posts corrections again', () => {
  const [first, taken, anew, back] = [issued, reversal, repost, voided].flatMap(journalsAt) as [
    ...[JournalClaim, JournalClaim, JournalClaim, JournalClaim],
  ];

  test('a reversal, what is posted anew, and a void that takes that one back', async () => {
    expect(taken.reversalOf).toBe(first.journalId);
    expect(back.reversalOf).toBe(anew.journalId);
    expect(await found([issued, reversal, repost, voided], [first, taken, anew, back])).toEqual([]);
  });

  test('and misses the correction that a void took back, and the fact that a correction names', async () => {
    expect(await found([issued, voided], [back])).toContain('JOURNAL_DIFFERS');
    expect(await found([issued, repost], [anew])).toEqual(['JOURNAL_NOT_MADE']);
    expect(await found([reversal], [taken])).toEqual(['SOURCE_MISSING']);
  });

  test('and finds another amount than that of the fact', async () => {
    const [one, other] = taken.lines.slice(0, 2);
    const wrong = { ...taken, lines: [{ ...one, credit: '1' }, other, ...taken.lines.slice(2)] } as JournalClaim;
    expect(await found([issued, reversal], [wrong])).toContain('JOURNAL_DIFFERS');
  });
});
