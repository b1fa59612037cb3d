import { z } from 'zod';
import { quantityMeanings } from '../../domain/order/quantityMeaning.ts';
import { toldCarton } from './cartons.ts';
import { decimalOut, qty, signedMoney } from './fields.ts';

// What documents for partners are made of, whatever format a partner reads. What goods cost us is no part of it.

const id = z.string();
const whole = z.string().regex(/^[1-9]\d*$/);

const orderedLine = z.object({
  ...{ lineId: id, item: id, qty, baseUom: id },
  uom: id.meta({ description: 'The unit that the line was ordered in.' }),
  conversion: z.object({ num: whole, den: whole }).meta({ description: 'One `uom` is num / den base units.' }),
  unitPrice: decimalOut.meta({ description: 'Of one base unit, major units of the currency.' }),
});

const order = z
  .object({
    ...{ orderId: id, customerPo: id, billTo: id, shipTo: id, currency: z.string(), acceptedAt: z.string() },
    lines: z.array(orderedLine),
  })
  .meta({ description: 'The order that the document is about, as it stands.' });

const acknowledgedPart = z.object({
  outcome: z.enum(['SHIPS', 'BACKORDERED', 'REJECTED']),
  qty,
  shipDate: z.string().nullable().meta({ description: 'Null: not known yet.' }),
});

export const orderAcknowledgement = z
  .object({
    ...{ kind: z.literal('855'), order },
    lines: z.array(
      z.object({
        lineId: id,
        parts: z.array(acknowledgedPart).meta({ description: 'Together they are all that was ordered of the line.' }),
      }),
    ),
  })
  .meta({ id: 'OrderAcknowledgement' });

const answeredChange = z.object({
  ...{ changeId: id, kind: z.enum(['ADD', 'QTY', 'CANCEL']) },
  lineId: id.nullable().meta({ description: 'Null: all that is open of the order.' }),
  ...{ item: id.nullable(), qty: z.string().nullable(), uom: id.nullable() },
  meaning: z.enum(quantityMeanings).exactOptional().meta({
    description:
      'What `qty` of a QTY is: what the line is to come to (absent, or …_TO), or what is added or taken off (…_BY).',
  }),
  refusal: z.string().nullable().meta({ description: 'The code by which it was refused at once.' }),
  result: z.enum(['ACCEPTED', 'IN_PART', 'REJECTED']),
  stands: qty.nullable().meta({ description: 'What the line has come to; null: there is no such line.' }),
});

export const changeAcknowledgement = z
  .object({ kind: z.literal('865'), order, changes: z.array(answeredChange) })
  .meta({ id: 'ChangeAcknowledgement' });

const goods = { item: id, qty, lots: z.array(id), serials: z.array(id) };

export const shipNotice = z
  .object({
    ...{ kind: z.literal('856'), order },
    confirmation: z.object({
      ...{ shipmentId: id, confirmationId: id, node: id, shippedAt: z.string() },
      ...{ carrier: z.string().exactOptional(), tracking: z.array(id) },
      cartons: z.array(toldCarton).exactOptional().meta({ description: 'Absent: nobody said what lies in which.' }),
      lines: z.array(
        z.object({
          ...{ lineId: id, shipmentLineId: id, ...goods },
          components: z.array(z.object(goods)).exactOptional().meta({
            description: 'Of a kit: what left of it; `qty` of the line counts the kits that became whole.',
          }),
        }),
      ),
    }),
  })
  .meta({ id: 'ShipNotice' });

export const stockAdvice = z
  .object({
    kind: z.literal('846'),
    scope: z.enum(['ALL', 'CHANGED']).meta({
      description: 'All that the partner lists, or what changed since it was told last.',
    }),
    nodes: z.array(
      z.object({
        node: id,
        lines: z.array(z.object({ item: id, baseUom: id, qty })).meta({
          description: 'What can be had there now: what older orders wait for is not.',
        }),
      }),
    ),
  })
  .meta({ id: 'StockAdvice' });

export const shippingOrder = z
  .object({
    kind: z.literal('940'),
    purpose: z.enum(['NEW', 'CANCEL', 'CHANGE']).meta({
      description: 'What the lines are: what is to leave, what is to stay of it, or what each line comes to now.',
    }),
    orderNumber: z.int().nullable().meta({
      description: 'The control number of the first 940 of the release, by which a 945 names it; null: it is this one.',
    }),
    release: z.object({
      ...{ shipmentId: id, bu: id, node: id },
      shipTo: z.object({ id, region: z.string().exactOptional() }),
    }),
    order: z.object({ customerPo: id, requestedDate: z.string(), soldTo: id }),
    lines: z.array(z.object({ lineId: id, item: id, qty })).meta({ description: 'Of a kit its components.' }),
  })
  .meta({ id: 'ShippingOrder' });

const taxLine = z.object({
  reference: id.meta({ description: 'The id of a line of the invoice, or `charge:` and the code of a charge.' }),
  ...{ jurisdiction: id, type: z.string(), rate: decimalOut, taxable: signedMoney, tax: signedMoney },
});

export const invoiceDocument = z
  .object({
    ...{ kind: z.literal('810'), order },
    invoice: z.object({
      ...{ invoiceId: id, number: id, issueDate: z.string(), dueDate: z.string(), billTo: id, currency: z.string() },
      shipTo: z.object({ id, region: z.string().exactOptional() }),
      lines: z.array(
        z.object({
          ...{ invoiceLineId: id, orderLineId: id, shipmentId: id, item: id, qty, unitPrice: decimalOut },
          ...{ gross: signedMoney, discount: signedMoney, net: signedMoney, tax: signedMoney },
        }),
      ),
      charges: z.array(z.object({ code: id, amount: signedMoney, tax: signedMoney })),
      taxes: z.array(taxLine),
      totals: z.object({
        ...{ gross: signedMoney, discount: signedMoney, charges: signedMoney, tax: signedMoney, total: signedMoney },
      }),
    }),
  })
  .meta({ id: 'PartnerInvoice' });
