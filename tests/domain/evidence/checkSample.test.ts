import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { AuditSample } from '../../../domain/auditSample/auditSample.ts';
import { drawnFrom, lineOrder, type SampleItem } from '../../../domain/auditSample/draw.ts';
import type { DrawnLine, SampleMethod } from '../../../domain/auditSample/events.ts';
import { amountOf } from '../../../domain/auditSample/population.ts';
import type { Bundle, JournalClaim } from '../../../domain/evidence/bundle.ts';
import { aboutSample, checkSample } from '../../../domain/evidence/checkSample.ts';
import type { CheckedEvent } from '../../../domain/evidence/findings.ts';
import { recorded } from '../../commands/recorded.ts';
import { indexesOf, journalsAt, tools } from './goldenBundle.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the staging ledger made of two shipments and two invoices. */
const journals = [...indexesOf('ShipmentConfirmed'), ...indexesOf('InvoiceIssued')].flatMap(journalsAt);
const lines = journals.flatMap((journal) => journal.lines.map((line) => ({ journal, line })));
const idOf = ({ journal, line }: (typeof lines)[number]): string => `${journal.journalId}:${line.lineNo}`;
const items: readonly SampleItem[] = lines
  .map((each) => ({ line: idOf(each), amount: amountOf(each.line) }))
  .sort((a, b) => lineOrder(a.line, b.line));
const population = items.map(({ line, amount }) => [line, amount.toString()] as const);

const sampleOf = (method: SampleMethod, sizes: readonly (readonly [string, number])[]): AuditSample => {
  const strata = sizes.map(([amountFrom, size], place) => {
    const above = sizes[place + 1]?.[0];
    const those = lines.filter(({ line }) => {
      const amount = amountOf(line);
      return amount >= BigInt(amountFrom) && (above === undefined || amount < BigInt(above));
    });
    const sum = (side: 'functionalDebit' | 'functionalCredit') =>
      those.reduce((all, { line }) => all + BigInt(line[side]), 0n).toString();
    return { amountFrom, size, count: those.length, debit: sum('functionalDebit'), credit: sum('functionalCredit') };
  });
  const drawn = drawnFrom(items, { method, seed: 'Q4', strata }, hash);
  return {
    ...{ sampleId: 'S', bu: 'ACME', position: '9'.repeat(20), method, seed: 'Q4', currency: 'USD', strata },
    ...{ reason: 'cut-off', drawnBy: 'key:auditor', population: { ledger: 'PRIMARY', period: '202611' } },
    lines: drawn.map(({ line: id, ...by }): DrawnLine => {
      const { journal, line } = lines.find((each) => idOf(each) === id) ?? fail(id);
      const { lineNo, role, account, functionalDebit: debit, functionalCredit: credit } = line;
      return { journalId: journal.journalId, lineNo, role, account, debit, credit, ...by } as DrawnLine;
    }),
  };
};

const fail = (id: string): never => {
  throw new Error(`no line ${id}`);
};

const samples = [
  sampleOf('RANDOM', [['0', 5]]),
  sampleOf('STRATIFIED', [
    ['0', 2],
    ['4000', 3],
  ]),
  sampleOf('MONETARY_UNIT', [['0', 6]]),
];

type Change = { readonly sample?: Partial<AuditSample>; readonly bundle?: Partial<Bundle> };

const found = (sample: AuditSample, { sample: changed = {}, bundle = {} }: Change = {}): readonly string[] => {
  const drawn = new Set(sample.lines.map(({ journalId }) => journalId));
  const { metadata, ...event } = recorded('AuditSampleDrawn', 1, { ...sample, ...changed });
  const content = { ...event, stream: 'sample-ACME.S', metadata, schemaVersion: 1 } as CheckedEvent['content'];
  const whole = {
    journals: journals.filter(({ journalId }) => drawn.has(journalId)),
    manifest: { content: { bu: 'ACME', scope: { kind: 'audit-sample', sampleId: 'S' } } },
    ...bundle,
  } as unknown as Bundle;
  return checkSample(whole, [{ leafIndex: 0, content, sealed: true }], tools).map(({ code, detail }) => {
    expect(code).toBe('SAMPLE_DIFFERS');
    return detail;
  });
};

const other = 'Drawn again from the lines that could be drawn, the seed chooses other ones.';
const counts = 'There are more or fewer lines than the method draws.';

describe.each(samples)('a bundle of a sample by $method', (sample) => {
  const [first, ...rest] = sample.lines as readonly [DrawnLine, ...DrawnLine[]];
  const name = `Line ${first.lineNo} of journal ${first.journalId}`;

  test('agrees, with the lines that could be drawn and without them', () => {
    expect(sample.lines.length).toBeGreaterThan(1);
    expect([found(sample), found(sample, { bundle: { population } })]).toEqual([[], []]);
  });

  test('without one of its lines, or with one more, is none', () => {
    expect(found(sample, { sample: { lines: rest } })).toContain(counts);
    expect(found(sample, { sample: { lines: [...sample.lines, first] } })).toContain(counts);
    expect(found(sample, { bundle: { journals: [] } })).toContain(`${name} was drawn and is not in the bundle.`);
    const all: readonly JournalClaim[] = [...journals, { ...(journals[0] as JournalClaim), journalId: 'not-drawn' }];
    expect(found(sample, { bundle: { journals: all } })).toContain('No line of journal not-drawn was drawn.');
  });

  test('with another seed, amount or account is none', () => {
    expect(found(sample, { sample: { seed: 'Q3' } })).toContainEqual(expect.stringContaining('not chosen by the seed'));
    const changed = { ...first, account: '999999' };
    expect(found(sample, { sample: { lines: [changed, ...rest] } })).toContain(
      `${name} was drawn as another one than the bundle has.`,
    );
    expect(found(sample, { sample: { population: { ledger: 'PRIMARY', period: '202610' } } })).toContain(
      `${name} is none of those that could be drawn.`,
    );
  });

  test('that somebody chose by hand is found out by drawing again', () => {
    const without = population.slice(1);
    expect(found(sample, { bundle: { population: without } })).toContain(
      'The lines that could be drawn are not as many, or not as much, as when the sample was drawn.',
    );
    expect(found(sample, { bundle: { population: population.toReversed() } })).toEqual([
      'The lines that could be drawn are not in their order, or one is there twice.',
    ]);
    const [, ...others] = population.filter(([line]) => line !== `${first.journalId}:${first.lineNo}`);
    expect(found(sample, { bundle: { population: others } })).toContain(other);
  });
});

test('a bundle that says it is of a sample has to hold its event', () => {
  const content = { bu: 'ACME', scope: { kind: 'audit-sample', sampleId: 'S' } };
  const bundle = { journals: [], manifest: { content } } as unknown as Bundle;
  expect(checkSample(bundle, [], tools)).toEqual([
    { code: 'SAMPLE_DIFFERS', detail: 'The bundle has no event of sample S.' },
  ]);
});

test('whoever has no population is told where it is', () => {
  const sample = sampleOf('RANDOM', [['0', 5]]);
  expect(aboutSample(sample, population).notes).toEqual([]);
  expect(aboutSample(sample, undefined).notes[0]).toContain(`report journal-detail as of position ${sample.position}`);
  expect(aboutSample(sample, population).proven[0]).toContain(`from all ${population.length}`);
});
