import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renumberDocument } from '../../../adapters/edi/documents/renumber.ts';
import { writeDocument } from '../../../adapters/edi/documents/write.ts';
import { textAt } from '../../../adapters/edi/x12/interchange.ts';
import { readInterchanges } from '../../../adapters/edi/x12/read.ts';
import { usualDelimiters, writeInterchange } from '../../../adapters/edi/x12/write.ts';
import type { DocumentContent, OrderedDocument, OrderedLine, PartnerWords } from '../../../commands/ports.ts';
import type { InvoiceIssued } from '../../../domain/invoice/events.ts';
import { wordsOf } from '../../../domain/masterData/partners.ts';
import type { ShipmentConfirmed } from '../../../domain/shipment/events.ts';

const goldenEvent = <Data>(type: string): Data =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../golden/events/${type}.v1.golden.json`), 'utf8')).data;
const goldenDocument = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../golden/edi/${name}.edi`), 'utf8');

const items = wordsOf([{ theirs: 'NB-88', ours: 'BRG-6204' }]).theirs;
const words: PartnerWords = {
  item: (ours) => items.get(ours) ?? ours,
  uom: (ours) => (ours === 'BOX' ? 'BX' : ours),
  baseUomOf: () => 'EA',
  shipTo: (ours) => (ours === 'MAIN' ? '0042' : ours),
  charge: (ours) => (ours === 'PALLET' ? 'F810' : undefined),
};

const bearing: OrderedLine = {
  ...{ lineId: '10', item: 'BRG-6204', qty: '100', baseUom: 'EA', uom: 'BOX', unitPrice: '12.50' },
  conversion: { num: '10', den: '1' },
};
const grease: OrderedLine = {
  ...{ lineId: '20', item: 'GREASE-1', qty: '7', baseUom: 'EA', uom: 'EA', unitPrice: '3.333' },
  conversion: { num: '1', den: '1' },
};

const kit: OrderedLine = {
  ...{ lineId: '30', item: 'KIT-1', qty: '4', baseUom: 'EA', uom: 'EA', unitPrice: '11.50' },
  conversion: { num: '1', den: '1' },
};
const part = { lots: [], serials: [], unitCost: '1.00', cost: '100', costOfKits: '100' };

const asked = { changeId: '01JD0000000000000000000041', item: null };

const order: OrderedDocument = {
  ...{ orderId: '01M8584V8682EJGHAN0VMVSPB3', customerPo: 'PO-7001', billTo: 'C-1001', shipTo: 'MAIN' },
  ...{ currency: 'USD', acceptedAt: '2026-11-23T15:00:00.000Z', lines: [bearing, grease] },
};

const envelope = {
  partner: goldenEvent<Parameters<typeof writeDocument>[1]['partner']>('PartnerDefined'),
  ...{ words, documentId: '01JD0000000000000000000031', controlNumber: 42, at: '2026-11-23T16:05:00.000Z' },
};

const confirmation = goldenEvent<ShipmentConfirmed['data']>('ShipmentConfirmed');
const issued = goldenEvent<InvoiceIssued['data']>('InvoiceIssued');
const [confirmed, billed] = [confirmation.lines[0], issued.lines[0]];
if (confirmed === undefined || billed === undefined) throw new Error('the golden documents have lines');

const documents: Readonly<Record<string, DocumentContent>> = {
  '855-as-ordered': {
    ...{ kind: '855', order },
    lines: [
      { lineId: '10', parts: [{ outcome: 'SHIPS', qty: '100', shipDate: '2026-11-24' }] },
      { lineId: '20', parts: [{ outcome: 'SHIPS', qty: '7', shipDate: null }] },
    ],
  },
  '855-with-changes': {
    ...{ kind: '855', order },
    lines: [
      {
        lineId: '10',
        parts: [
          { outcome: 'SHIPS', qty: '60', shipDate: '2026-11-24' },
          { outcome: 'BACKORDERED', qty: '35', shipDate: '2026-12-04' },
          { outcome: 'REJECTED', qty: '5', shipDate: null },
        ],
      },
      { lineId: '20', parts: [{ outcome: 'BACKORDERED', qty: '7', shipDate: null }] },
    ],
  },
  '855-rejected': {
    ...{ kind: '855', order: { ...order, lines: [grease] } },
    lines: [{ lineId: '20', parts: [{ outcome: 'REJECTED', qty: '7', shipDate: null }] }],
  },
  '856': {
    ...{ kind: '856', order },
    confirmation: {
      ...confirmation,
      ...{ carrier: 'UPSN', tracking: ['1Z999AA10123456784', '1Z999AA10123456793'] },
      lines: [
        { ...confirmed, qty: '60', lots: ['L-7', 'L-8'] },
        {
          ...confirmed,
          lineId: '20',
          shipmentLineId: '20',
          item: 'GREASE-1',
          qty: '3',
          serials: ['S*1', 'S-2', 'S-3'],
        },
      ],
    },
  },
  '865-with-changes': {
    ...{ kind: '865', order },
    changes: [
      { ...asked, kind: 'CANCEL', lineId: '20', qty: null, uom: null, refusal: null, result: 'IN_PART', stands: '3' },
      { ...asked, kind: 'QTY', lineId: '10', qty: '12', uom: 'BOX', refusal: null, result: 'ACCEPTED', stands: '120' },
      {
        ...{ ...asked, kind: 'ADD', lineId: '40', item: 'BRG-6204', qty: '5', uom: 'EA' },
        ...{ refusal: 'ORDER_NOT_OPEN', result: 'REJECTED', stands: null },
      },
    ],
  },
  '865-cancelled': {
    ...{ kind: '865', order },
    changes: [
      { ...asked, kind: 'CANCEL', lineId: null, qty: null, uom: null, refusal: null, result: 'ACCEPTED', stands: null },
    ],
  },
  '856-kit': {
    ...{ kind: '856', order: { ...order, lines: [kit, bearing] } },
    confirmation: {
      ...confirmation,
      lines: [
        {
          ...{ ...confirmed, lineId: '30', shipmentLineId: '30', item: 'KIT-1', qty: '2' },
          components: [
            { ...part, item: 'RING-1', qty: '5', lots: ['L-9'] },
            { ...part, item: 'GREASE-1', qty: '2' },
          ],
        },
        { ...confirmed, qty: '60' },
      ],
    },
  },
  '856-cartons': {
    ...{ kind: '856', order: { ...order, lines: [kit, bearing] } },
    confirmation: {
      ...confirmation,
      ...{ carrier: 'UPSN', tracking: ['1Z999AA10123456784'] },
      lines: [
        {
          ...{ ...confirmed, lineId: '30', shipmentLineId: '30', item: 'KIT-1', qty: '2' },
          components: [
            { ...part, item: 'RING-1', qty: '5', lots: ['L-9'] },
            { ...part, item: 'GREASE-1', qty: '2' },
          ],
        },
        { ...confirmed, qty: '60', serials: ['S-1', 'S-2'] },
      ],
      cartons: [
        {
          ...{ cartonId: 'C-1', sscc: '003456789012345670', tracking: '1Z999AA10123456784' },
          weight: { value: '12.5', unit: 'KG' },
          lines: [
            { ...part, lineId: '10', item: 'BRG-6204', qty: '50', lots: ['L-7'], serials: ['S-1'] },
            { ...part, lineId: '30', item: 'RING-1', qty: '5', lots: ['L-9'] },
          ],
        },
        { cartonId: 'C-2', lines: [{ ...part, lineId: '30', item: 'GREASE-1', qty: '2' }] },
      ],
    },
  },
  '856-own-van': { ...{ kind: '856', order }, confirmation: { ...confirmation, carrier: 'Own van' } },
  '810': {
    ...{ kind: '810', order },
    invoice: {
      ...issued,
      charges: [...issued.charges, { code: 'PALLET', amount: '250', taxCode: 'PALLET', tax: '21' }],
      taxes: [
        ...issued.taxes,
        { reference: 'charge:PALLET', jurisdiction: 'CA', type: 'SALES', rate: '0.0825', taxable: '250', tax: '21' },
      ],
      totals: { ...issued.totals, charges: '1750', tax: '875', total: '12975' },
    },
  },
};

/** What an element of type N2, or a decimal of a currency with two places, comes to in minor units. */
const minorOf = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(2, '0')}`);
};

const bodyOf = (text: string) => {
  const { interchanges, violations } = readInterchanges(text);
  const [set] = interchanges[0]?.groups[0]?.sets ?? [];
  return { violations: [...violations, ...(set?.violations ?? [])], segments: set?.segments ?? [] };
};

describe('documents for EDI partners', () => {
  test.each(Object.keys(documents))('%s is what partners were sent so far', (name) => {
    const content = documents[name];
    if (content === undefined) throw new Error(name);
    const text = writeDocument(content, envelope);
    expect(text).toBe(goldenDocument(name));
    expect(bodyOf(text).violations).toEqual([]);
  });

  test('a later version of X12 is written with its repetition separator', () => {
    const partner = { ...envelope.partner, x12Version: '005010' };
    const text = writeDocument(documents['810'] as DocumentContent, { ...envelope, partner });
    expect(text).toContain('*^*00501*000000042*0*P*>~');
    expect(text).toMatch(/GS\*IN\*.*\*42\*X\*005010~/);
  });

  test('the total of an 810 is lines less allowances plus charges plus taxes', () => {
    const { segments } = bodyOf(writeDocument(documents['810'] as DocumentContent, envelope));
    const at = (id: string, place: number) =>
      segments.filter((one) => one.id === id).map((one) => textAt(one, place, usualDelimiters));
    const goods = at('IT1', 2).reduce((sum, qty, index) => sum + BigInt(qty) * minorOf(at('IT1', 4)[index] ?? '0'), 0n);
    const signs = at('SAC', 1).map((kind) => (kind === 'A' ? -1n : 1n));
    const extras = at('SAC', 5).reduce((sum, amount, index) => sum + BigInt(amount) * (signs[index] ?? 0n), 0n);
    const taxes = segments.filter(({ id, elements }) => id === 'TXI' && elements.length > 2);
    const tax = taxes.reduce((sum, one) => sum + minorOf(textAt(one, 2, usualDelimiters)), 0n);
    expect(goods + extras + tax).toBe(BigInt(at('TDS', 1)[0] ?? '0'));
  });

  test.each([
    ['JPY', '1000', '100000'],
    ['KWD', '1230', '123'],
  ])('an amount in %s has two implied decimals all the same', (currency, total, told) => {
    const { totals, ...rest } = { ...issued, currency, lines: [], charges: [], taxes: [] };
    const invoice = { ...rest, totals: { ...totals, total, tax: '0' } };
    expect(writeDocument({ kind: '810', order, invoice }, envelope)).toContain(`TDS*${told}~`);
  });

  test('an amount that has no place in X12 is not rounded', () => {
    const invoice = { ...issued, currency: 'KWD', totals: { ...issued.totals, total: '1231' } };
    expect(() => writeDocument({ kind: '810', order, invoice }, envelope)).toThrow(RangeError);
  });

  test('quantity times price stays the same, in whatever unit the line was ordered', () => {
    const price = fc
      .record({ whole: fc.nat(10_000), fraction: fc.stringMatching(/^\d{0,5}[1-9]$/) })
      .map(({ whole, fraction }) => `${whole}.${fraction}`);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 144 }),
        fc.integer({ min: 1, max: 12 }),
        price,
        (qty, num, den, unitPrice) => {
          const line = { ...bearing, qty: `${qty}`, unitPrice, conversion: { num: `${num}`, den: `${den}` } };
          const content: DocumentContent = {
            kind: '855',
            order: { ...order, lines: [line] },
            lines: [{ lineId: '10', parts: [] }],
          };
          const [po1] = bodyOf(writeDocument(content, envelope)).segments.filter(({ id }) => id === 'PO1');
          const told = [2, 4].map((place) => (po1 === undefined ? '' : textAt(po1, place, usualDelimiters)));
          const scaled = (text: string): bigint => {
            const [whole = '', fraction = ''] = text.split('.');
            return BigInt(whole + fraction.padEnd(12, '0'));
          };
          expect(scaled(told[0] ?? '') * scaled(told[1] ?? '')).toBe(scaled(`${qty}`) * scaled(unitPrice));
        },
      ),
    );
  });
});

describe('a document that is sent again', () => {
  test.each(['855-with-changes', '856', '810'])('%s has the same sets under another number', (name) => {
    const text = goldenDocument(name);
    const again = renumberDocument(text, { controlNumber: 77, at: '2026-12-24T23:59:00.000Z' });
    const [before] = readInterchanges(text).interchanges;
    const [after, ...others] = readInterchanges(again).interchanges;
    expect([others, after?.violations]).toEqual([[], []]);
    expect(after?.header).toEqual({ ...before?.header, controlNumber: '000000077', date: '261224', time: '2359' });
    expect(after?.groups.map(({ header }) => header)).toMatchObject([
      { ...before?.groups[0]?.header, controlNumber: '77', date: '20261224', time: '2359' },
    ]);
    expect(after?.groups[0]?.sets).toEqual(before?.groups[0]?.sets);
  });
});

describe('fixtures (I-03)', () => {
  test.each(Object.keys(documents))('%s is the same after it was read and written again', (name) => {
    const text = goldenDocument(name);
    const { interchanges, violations } = readInterchanges(text);
    expect([violations, interchanges.map(writeInterchange)]).toEqual([[], [text]]);
  });
});
