import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DomainEvent } from '../../../domain/events.ts';
import { booksOf, type Owned, transferPrice } from '../../../domain/ledger/intercompany.ts';
import type { JournalDraft } from '../../../domain/ledger/journal.ts';
import type { EarlierThanIssue } from '../../../domain/ledger/revenuePolicy.ts';
import { decimal, extend, minor, minorText } from '../../../domain/money.ts';
import type { Disposition, ReturnInspected } from '../../../domain/returns/events.ts';
import type { ConfirmedLine, ShipmentConfirmed } from '../../../domain/shipment/events.ts';
import { recorded } from '../invoice/sale.ts';
import { contextWith, demoRules, journalsOf, opened, periodsAfter, table } from './books.ts';

const seller = 'ACME';
const owner = 'BETA';
const of = { shipmentId: 'SH-A', orderId: 'O1', bu: seller, node: 'DC-BETA' };

/** Seven at 6.00, sold on at 6.60. */
const sold = (qty = '7', price = '4620', cost = '4200'): ConfirmedLine => ({
  ...{
    lineId: '10',
    shipmentLineId: '10',
    item: 'BRG-6204',
    itemGroup: 'BEARING',
    reservationId: 'R',
    qty,
    excess: '0',
  },
  ...{ lots: [], serials: [], unitCost: '6.60', cost: price, owned: { bu: owner, unitCost: '6.00', cost } },
});

const confirmed = (line: ConfirmedLine, revenuePolicy?: EarlierThanIssue): ShipmentConfirmed => ({
  type: 'ShipmentConfirmed',
  data: {
    ...of,
    ...{ confirmationId: 'C1', contentSha256: '', releaseId: 'REL', soldTo: 'C-1001', tracking: [], currency: 'USD' },
    ...{ shippedAt: '2026-11-23T14:00:00.000Z', lines: [line] },
    ...(revenuePolicy === undefined ? {} : { revenuePolicy }),
  },
});

const returned = (disposition: Disposition, owned: Owned, cost: string, from?: 'QUARANTINE'): ReturnInspected => ({
  type: 'ReturnInspected',
  data: {
    ...{ ...of, rmaId: 'RMA-1', soldTo: 'C-1001', currency: 'USD', contentSha256: 'x', inspectedBy: 'lee' },
    ...{ sale: { channel: 'portal', customerGroup: 'RETAIL', region: 'US-TX' }, inspectionId: 'IN-1' },
    ...{ inspectedAt: '2026-11-25T10:00:00.000Z', shipmentLineId: '10', lineId: '10', item: 'BRG-6204' },
    ...{ itemGroup: 'BEARING', qty: '2', disposition, unitCost: '6.60', cost, owned },
    ...(from === undefined ? {} : { from }),
  },
});

const ownersBooks = { ...contextWith().businessUnit, bu: owner };
const inBooks = (bu: string, more = {}) => ({
  ...(bu === owner
    ? { businessUnit: ownersBooks, periods: periodsAfter() }
    : { periods: periodsAfter(opened('202611')) }),
  ...more,
});

/** Journals of an event in each of its books, as the staging ledger makes them. */
const journalsIn = (
  event: ReturnType<typeof recorded<DomainEvent>>,
  more = {},
): Readonly<Record<string, readonly JournalDraft[]>> =>
  Object.fromEntries(booksOf(event).map((bu) => [bu, journalsOf(event, inBooks(bu, more))]));

const journals = (event: DomainEvent, more = {}) => journalsIn(recorded(event), more);

const tables = (event: DomainEvent, more = {}) =>
  Object.fromEntries(
    Object.entries(journals(event, more)).map(([bu, all]) => [
      bu,
      all.map((each) => [each.templateId, table(each)] as const),
    ]),
  );

describe('T24 goods that another business unit owns', () => {
  const owning = {
    debit: { INTERCOMPANY_AR: '4620', INTERCOMPANY_COGS: '4200' },
    credit: { INTERCOMPANY_REVENUE: '4620', INVENTORY: '4200' },
  };

  test.each([
    [undefined, 'DEFERRED_COGS'],
    ['ON_SHIPMENT', 'DEFERRED_COGS'],
    ['ON_DELIVERY', 'GOODS_IN_TRANSIT_OUT'],
  ] as const)('cost the seller the transfer price, which waits under %s in %s', (policy, waits) => {
    expect(tables(confirmed(sold(), policy))).toEqual({
      [seller]: [['T24', { debit: { [waits]: '4620' }, credit: { INTERCOMPANY_AP: '4620' } }]],
      [owner]: [['T24', owning]],
    });
  });

  test('are posted on both sides, whatever templates the rules of either unit name', () => {
    const postingRules = { ...demoRules, templates: ['T01'] };
    const { [seller]: ours = [], [owner]: theirs = [] } = journals(confirmed(sold()), { postingRules });
    expect([...ours, ...theirs].map(({ templateId, bu }) => [templateId, bu])).toEqual([
      ['T24', seller],
      ['T24', owner],
    ]);
    expect(ours[0]?.journalId).not.toBe(theirs[0]?.journalId);
    expect(ours[0]?.sourceEventId).toBe(theirs[0]?.sourceEventId);
  });

  test('of which nobody owns any are posted as ever', () => {
    const { owned: _owned, ...own } = sold();
    expect(tables(confirmed(own))).toEqual({
      [seller]: [['T02', { debit: { DEFERRED_COGS: '4620' }, credit: { INVENTORY: '4620' } }]],
    });
  });

  test('that are in a kit are sold by the component', () => {
    const { owned, ...kit } = sold();
    const parts = { lots: [], serials: [], unitCost: '6.60', cost: '4620', costOfKits: '4620', qty: '7' };
    const components = [{ item: 'BRG-6204', ...parts, ...(owned && { owned }) }];
    expect(tables(confirmed({ ...kit, item: 'KIT', components }))).toMatchObject({
      [seller]: [['T24', { credit: { INTERCOMPANY_AP: '4620' } }]],
      [owner]: [['T24', owning]],
    });
  });

  test('name the other unit on what they owe each other, and leave the seller’s documents out of the owner’s books', () => {
    const { [seller]: [ours] = [], [owner]: [theirs] = [] } = journals(confirmed(sold()));
    const partners = (journal: JournalDraft | undefined) =>
      journal?.lines.flatMap(({ role, dimensions: { tradingPartner } }) =>
        tradingPartner ? [[role, tradingPartner]] : [],
      );
    expect(partners(ours)).toEqual([['INTERCOMPANY_AP', owner]]);
    expect(partners(theirs)).toContainEqual(['INTERCOMPANY_AR', seller]);
    expect(theirs).toMatchObject({ orderId: null, declaredSource: `intercompany-sale:${seller}/SH-A` });
  });

  test('a void takes both journals back', () => {
    const event = recorded(confirmed(sold()));
    const voided: DomainEvent = {
      type: 'ShipmentVoided',
      data: {
        ...{ ...of, reason: 'WRONG_TRUCK', currency: 'USD', confirmationIds: ['C1'] },
        confirmed: [{ confirmationId: 'C1', eventId: event.eventId, position: event.position }],
        lines: [{ ...sold(), confirmationId: 'C1' }],
      },
    };
    const [before, after] = [journalsIn(event), journals(voided)];
    for (const bu of [seller, owner]) {
      expect(after[bu]?.map(({ reversalOf }) => reversalOf)).toEqual(before[bu]?.map(({ journalId }) => journalId));
      const [was, is] = [before[bu]?.map(table), after[bu]?.map(table)];
      expect(is).toEqual(was?.map(({ debit, credit }) => ({ debit: credit, credit: debit })));
    }
  });

  test.each([
    ['RESTOCK', 'T09', 'INVENTORY'],
    ['QUARANTINE', 'T09Q', 'INVENTORY_RETURNS'],
    ['RETURN_TO_VENDOR', 'T09V', 'GRNI'],
  ] as const)('%s: they go back to their owner at the price they were sold at', (disposition, templateId, to) => {
    const owned = { bu: owner, unitCost: '6.00', cost: '1200' };
    expect(tables(returned(disposition, owned, '1320'))).toEqual({
      [seller]: [[templateId, { debit: { INTERCOMPANY_AP: '1320' }, credit: { COGS: '1320' } }]],
      [owner]: [
        [
          templateId,
          {
            debit: { INTERCOMPANY_REVENUE: '1320', [to]: '1200' },
            credit: { INTERCOMPANY_AR: '1320', INTERCOMPANY_COGS: '1200' },
          },
        ],
      ],
    });
  });

  test('are the seller’s loss when they never come to lie anywhere, and the owner’s to decide about in quarantine', () => {
    const owned = { bu: owner, unitCost: '6.00', cost: '1200' };
    expect(tables(returned('SCRAP', owned, '1320'))).toEqual({
      [seller]: [['T09S', { debit: { SCRAP: '1320' }, credit: { COGS: '1320' } }]],
      [owner]: [],
    });
    expect(tables(returned('SCRAP', owned, '1320', 'QUARANTINE'))).toEqual({
      [seller]: [],
      [owner]: [['T09Q', { debit: { SCRAP: '1200' }, credit: { INVENTORY_RETURNS: '1200' } }]],
    });
  });

  test('cost the seller their cost and so many percent of it, to six places', () => {
    expect(['0', '10', '12.5', '33.3333'].map((pct) => transferPrice('6.00', pct))).toEqual([
      ...['6.00', '6.60', '6.75', '7.999998'],
    ]);
    expect(transferPrice('0.000001', '50')).toBe('0.000002');
  });

  test('whatever leaves and comes back, what one unit owes is what the other has to get', () => {
    const act = fc.record({
      qty: fc.integer({ min: 1, max: 50 }),
      pct: fc.constantFrom('0', '7.5', '10'),
      back: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
        const balances = new Map<string, bigint>();
        for (const { qty, pct, back } of acts) {
          const cost = (unit: string) => minorText(extend(BigInt(qty), decimal(unit), 'USD'));
          const [price, own] = [cost(transferPrice('6.004', pct)), cost('6.004')];
          const left = confirmed(sold(String(qty), price, own));
          const event = back ? [left, returned('RESTOCK', { bu: owner, unitCost: '6.004', cost: own }, price)] : [left];
          for (const journal of event.flatMap((each) => Object.values(journals(each)).flat()))
            for (const { role, debit, credit } of journal.lines)
              balances.set(role, (balances.get(role) ?? 0n) + minor(debit) - minor(credit));
        }
        const of = (role: string) => balances.get(role) ?? 0n;
        expect(of('INTERCOMPANY_AR') + of('INTERCOMPANY_AP')).toBe(0n);
        expect(of('INTERCOMPANY_AR') + of('INTERCOMPANY_REVENUE')).toBe(0n);
        expect(of('INTERCOMPANY_COGS') + of('INVENTORY')).toBe(0n);
      }),
      { numRuns: 50 },
    );
  });
});
