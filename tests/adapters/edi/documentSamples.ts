import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { writeDocument } from '../../../adapters/edi/documents/write.ts';
import type { DocumentContent, OrderedDocument, OrderedLine, PartnerWords } from '../../../commands/ports.ts';
import type { InvoiceIssued } from '../../../domain/invoice/events.ts';
import { wordsOf } from '../../../domain/masterData/partners.ts';
import type { ShipmentConfirmed } from '../../../domain/shipment/events.ts';

// What partners are sent of golden events; their texts are in `tests/golden/edi` under the same names.

const goldenEvent = <Data>(type: string): Data =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../golden/events/${type}.v1.golden.json`), 'utf8')).data;
export const goldenDocument = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../golden/edi/${name}.edi`), 'utf8');

const items = wordsOf([{ theirs: 'NB-88', ours: 'BRG-6204' }]).theirs;
const words: PartnerWords = {
  item: (ours) => items.get(ours) ?? ours,
  uom: (ours) => (ours === 'BOX' ? 'BX' : ours),
  baseUomOf: () => 'EA',
  shipTo: (ours) => (ours === 'MAIN' ? '0042' : ours),
  charge: (ours) => (ours === 'PALLET' ? 'F810' : undefined),
};

export const bearing: OrderedLine = {
  ...{ lineId: '10', item: 'BRG-6204', qty: '100', baseUom: 'EA', uom: 'BOX', unitPrice: '12.50' },
  conversion: { num: '10', den: '1' },
};
export const grease: OrderedLine = {
  ...{ lineId: '20', item: 'GREASE-1', qty: '7', baseUom: 'EA', uom: 'EA', unitPrice: '3.333' },
  conversion: { num: '1', den: '1' },
};

const kit: OrderedLine = {
  ...{ lineId: '30', item: 'KIT-1', qty: '4', baseUom: 'EA', uom: 'EA', unitPrice: '11.50' },
  conversion: { num: '1', den: '1' },
};
const part = { lots: [], serials: [], unitCost: '1.00', cost: '100', costOfKits: '100' };

const asked = { changeId: '01JD0000000000000000000041', item: null };

export const order: OrderedDocument = {
  ...{ orderId: '01M8584V8682EJGHAN0VMVSPB3', customerPo: 'PO-7001', billTo: 'C-1001', shipTo: 'MAIN' },
  ...{ currency: 'USD', acceptedAt: '2026-11-23T15:00:00.000Z', lines: [bearing, grease] },
};

export const envelope = {
  partner: goldenEvent<Parameters<typeof writeDocument>[1]['partner']>('PartnerDefined'),
  ...{ words, documentId: '01JD0000000000000000000031', controlNumber: 42, at: '2026-11-23T16:05:00.000Z' },
};

export const confirmation = goldenEvent<ShipmentConfirmed['data']>('ShipmentConfirmed');
export const issued = goldenEvent<InvoiceIssued['data']>('InvoiceIssued');
const [first, billed] = [confirmation.lines[0], issued.lines[0]];
if (first === undefined || billed === undefined) throw new Error('the golden documents have lines');
export const confirmed = first;

/** What a warehouse is told of a release with a kit, of which it knows the components alone. */
const shipping: Extract<DocumentContent, { readonly kind: '940' }> = {
  ...{ kind: '940', purpose: 'NEW', orderNumber: null },
  release: { shipmentId: '1ME9GB2YQ38G67P28S9365J7X9', bu: 'ACME', node: '3PL-SOUTH', shipTo: { id: 'MAIN' } },
  order: { customerPo: 'PO-7001', requestedDate: '2026-12-01', soldTo: 'C-1001' },
  lines: [
    { lineId: '10', item: 'BRG-6204', qty: '70' },
    { lineId: '30', item: 'RING-1', qty: '20' },
    { lineId: '30', item: 'GREASE-1', qty: '4' },
  ],
};

export const documents: Readonly<Record<string, DocumentContent>> = {
  '940': shipping,
  '940-cancels': {
    ...{ ...shipping, purpose: 'CANCEL', orderNumber: 7 },
    order: { ...shipping.order, customerPo: 'PO-7001-OF-THE-NORTHERN-PLANT' },
    lines: [{ lineId: '10', item: 'BRG-6204', qty: '30' }],
  },
  '940-changes': {
    ...{ ...shipping, purpose: 'CHANGE', orderNumber: 7 },
    lines: [{ lineId: '10', item: 'BRG-6204', qty: '40' }, ...shipping.lines.slice(1)],
  },
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
  '865-by-difference': {
    ...{ kind: '865', order },
    changes: [
      {
        ...{ ...asked, kind: 'QTY', lineId: '10', qty: '2', uom: 'BOX', meaning: 'MORE_BY' },
        ...{ refusal: null, result: 'ACCEPTED', stands: '120' },
      },
      {
        ...{ ...asked, kind: 'QTY', lineId: '20', qty: '4', uom: 'EA', meaning: 'LESS_TO' },
        ...{ refusal: 'LINE_CLOSED', result: 'REJECTED', stands: '7' },
      },
    ],
  },
  '846': {
    ...{ kind: '846', scope: 'ALL' },
    nodes: [
      {
        node: 'DC-EAST',
        lines: [
          { item: 'BRG-6204', baseUom: 'EA', qty: '120' },
          { item: 'GREASE-1', baseUom: 'EA', qty: '0' },
        ],
      },
      { node: 'DC-WEST', lines: [{ item: 'BRG-6204', baseUom: 'EA', qty: '15' }] },
    ],
  },
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
