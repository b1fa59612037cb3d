import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renumberDocument } from '../../../adapters/edi/documents/renumber.ts';
import { writeDocument } from '../../../adapters/edi/documents/write.ts';
import { openInterchange } from '../../../adapters/edi/inbound/envelope.ts';
import { textAt } from '../../../adapters/edi/x12/interchange.ts';
import { readInterchanges } from '../../../adapters/edi/x12/read.ts';
import { usualDelimiters, writeInterchange } from '../../../adapters/edi/x12/write.ts';
import type { DocumentContent } from '../../../commands/ports.ts';
import { departures } from '../../support/publishedSchemas.ts';
import {
  bearing,
  confirmation,
  confirmed,
  documents,
  envelope,
  goldenDocument,
  grease,
  issued,
  order,
} from './documentSamples.ts';
import { mapping } from './interchanges.ts';

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

  test.each([
    ['stock-advice', '846'],
    ['shipping-order', '940'],
    ['shipping-order', '940-cancels'],
    ['change-acknowledgement', '865-by-difference'],
  ])('O-23 what it is made of is the published %s', (schema, name) => {
    expect(departures(schema, documents[name])).toEqual([]);
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

  test('numbers that are longer than X12 has room for stand where a description may, or are not told', () => {
    const long = 'T'.repeat(31);
    const { invoice } = documents['810'] as Extract<DocumentContent, { kind: '810' }>;
    const notice = { ...confirmation, carrier: 'Own van', tracking: [long], lines: [{ ...confirmed, qty: '60' }] };
    const told = writeDocument({ kind: '856', order, confirmation: notice }, envelope);
    expect(told).toContain(`REF*2I**${long}~`);
    const charges = [{ code: 'COLD-STORAGE-FEE', amount: '1500', taxCode: 'X', tax: '0' }];
    const [tax] = invoice.taxes;
    const taxes = tax === undefined ? [] : [{ ...tax, jurisdiction: 'US-CA-SANTA-CLARA' }];
    const billed = writeDocument({ kind: '810', order, invoice: { ...invoice, charges, taxes } }, envelope);
    expect(billed).toContain('SAC*C**ZZ*COLD-STORA*1500**********COLD-STORAGE-FEE~');
    expect(billed).toMatch(/TXI\*TX\*[\d.]+\*[\d.]+~/);
    expect(bodyOf(billed).violations).toEqual([]);
  });

  test('what is longer than any place for it is left out, and never cut', () => {
    const [longest, tooLong] = ['S'.repeat(80), 'L'.repeat(81)];
    const lines = [{ ...confirmed, qty: '60', serials: [longest, tooLong], lots: [tooLong] }];
    const notice = { ...confirmation, tracking: [tooLong], lines };
    const told = writeDocument({ kind: '856', order, confirmation: notice }, envelope);
    expect(told).toContain(`REF*SE**${longest}~`);
    expect(told).not.toContain('LLL');
    const packed = documents['856-cartons'] as Extract<DocumentContent, { kind: '856' }>;
    const [carton, ...others] = packed.confirmation.cartons ?? [];
    if (carton === undefined) throw new Error('the golden notice has cartons');
    const label = 'C'.repeat(49);
    const cartons = [{ ...carton, tracking: label }, ...others];
    const labelled = { ...packed, confirmation: { ...packed.confirmation, cartons } };
    expect(writeDocument(labelled, envelope)).toContain(`REF*2I**${label}~`);
    const item = 'I'.repeat(50);
    const words = { ...envelope.words, item: (ours: string) => (ours === item ? 'NB-99' : ours) };
    const named = { ...order, lines: [{ ...bearing, item }] };
    const acknowledged = { kind: '855', order: named, lines: [{ lineId: '10', parts: [] }] } as const;
    expect(writeDocument(acknowledged, { ...envelope, words })).toContain('BP*NB-99~');
  });

  test('a 940 names the longest customer and ship-to that there can be, apart where both have no room together', () => {
    const shipping = documents['940'] as Extract<DocumentContent, { kind: '940' }>;
    const [soldTo, id] = ['C'.repeat(50), 'S'.repeat(50)];
    const to = { ...shipping, order: { ...shipping.order, soldTo }, release: { ...shipping.release, shipTo: { id } } };
    expect(writeDocument(to, envelope)).toContain(`N1*ST**91*${id}~\nN1*BY**91*${soldTo}~`);
  });

  test.each([
    ['a PO number', { ...order, customerPo: 'P'.repeat(23) }],
    ['a unit that was not mapped', { ...order, lines: [{ ...bearing, uom: 'PALLET' }, grease] }],
  ])('one that X12 has no room for is not made: %s', (_what, spoilt) => {
    const { lines } = documents['855-as-ordered'] as Extract<DocumentContent, { kind: '855' }>;
    expect(() => writeDocument({ kind: '855', order: spoilt, lines }, envelope)).toThrow(RangeError);
  });

  test('a version with the word of an industry goes into the group, its first five digits into ISA', () => {
    const partner = { ...envelope.partner, x12Version: '004010VICS' };
    const text = writeDocument(documents['846'] as DocumentContent, { ...envelope, partner });
    expect(text).toContain('*U*00401*000000042*0*P*>~');
    expect(text).toMatch(/GS\*IB\*.*\*42\*X\*004010VICS~/);
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
  test.each(['855-with-changes', '856', '810', '846'])('%s has the same sets under another number', (name) => {
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

  test('has all of its segments, however many there are', () => {
    const lines = Array.from({ length: 105_000 }, () => ({ item: 'BRG-6204', baseUom: 'EA', qty: '1' }));
    const text = writeDocument({ kind: '846', scope: 'ALL', nodes: [{ node: 'DC-EAST', lines }] }, envelope);
    const again = renumberDocument(text, { controlNumber: 77, at: envelope.at });
    expect(again.includes('CTT*105000~\nSE*210005*0001~')).toBe(true);
  });
});

describe('fixtures (I-03)', () => {
  test.each([
    ...Object.keys(documents),
    '850',
    '860',
    '945',
    '997',
  ])('%s is the same after it was read and written again', (name) => {
    const text = goldenDocument(name);
    const { interchanges, violations } = readInterchanges(text);
    const told = interchanges.flatMap((one) => [one.violations, ...one.groups.map((group) => group.violations)]);
    expect([violations, told.flat(), interchanges.map(writeInterchange)]).toEqual([[], [], [text]]);
  });

  test('an 850 and an 860 of them are understood, and the 997 to them is', () => {
    const opened = (name: string) => {
      const found = openInterchange(Buffer.from(goldenDocument(name)));
      if (!('groups' in found)) throw new Error(name);
      return found;
    };
    expect(opened('850').order('1.1', mapping)).toMatchObject({ errors: [], customerPo: 'PO-7001' });
    expect(opened('860').change('1.1', mapping)).toMatchObject({ errors: [], body: { changes: [{ qty: '12' }] } });
    expect(opened('860').change('1.2', mapping)).toMatchObject({ errors: [], body: { cancelAll: true } });
    expect(opened('945').advice('1.1')).toMatchObject({
      errors: [],
      number: '000000042',
      lines: [{ shipped: '60' }, {}, {}],
    });
    expect(opened('997').acknowledgement('1.1')).toMatchObject({
      status: 'P',
      sets: [{ status: 'A' }, { status: 'R' }],
    });
  });
});
