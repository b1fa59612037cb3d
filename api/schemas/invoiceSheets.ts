import { z } from 'zod';
import { invoiceStatuses } from '../../domain/invoice/status.ts';
import { qty, signedMoney } from './fields.ts';

/** What pages of an invoice are made of; nobody is sent it as it is. */
export const invoiceSheet = z.object({
  invoiceId: z.string(),
  bu: z.string(),
  number: z.string().nullable(),
  state: z.enum(invoiceStatuses),
  revision: z.int(),
  orderId: z.string(),
  customerPo: z.string().nullable(),
  soldTo: z.string(),
  billTo: z.string(),
  shipTo: z.object({ id: z.string(), region: z.string().exactOptional() }),
  seller: z.string().nullable(),
  buyer: z.string().nullable(),
  payer: z.string().nullable(),
  issueDate: z.string().nullable(),
  dueDate: z.string().nullable(),
  voidDate: z.string().nullable(),
  currency: z.string(),
  lines: z.array(
    z.object({
      orderLineId: z.string(),
      item: z.string(),
      description: z.string().nullable(),
      qty,
      uom: z.string().nullable(),
      unitPrice: z.string(),
      discount: signedMoney,
      net: signedMoney,
    }),
  ),
  charges: z.array(z.looseObject({ code: z.string(), amount: signedMoney })),
  taxes: z
    .array(
      z.object({
        jurisdiction: z.string(),
        type: z.string(),
        rate: z.string(),
        taxable: signedMoney,
        tax: signedMoney,
      }),
    )
    .meta({ description: 'Summed by jurisdiction, type and rate.' }),
  totals: z.object({
    gross: signedMoney,
    discount: signedMoney,
    charges: signedMoney,
    tax: signedMoney,
    total: signedMoney,
  }),
  credited: signedMoney,
  deposits: signedMoney,
  paid: signedMoney,
  writtenOff: signedMoney,
  openAmount: signedMoney,
});
