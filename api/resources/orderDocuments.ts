import { z } from 'zod';
import { type OrderDocumentType, orderDocumentTypes } from '../../projections/orders/documentTypes.ts';
import { hasDuty } from '../authorise.ts';
import type { Operation } from '../permissions.ts';
import { type Route, read } from '../route.ts';
import { ulid } from '../schemas/fields.ts';
import { orderDocumentList } from '../schemas/orderDocuments.ts';
import { pageQuery } from '../schemas/orders.ts';

/** A document is told to whoever may read it at its own address. */
const readBy: Readonly<Record<OrderDocumentType, Operation>> = {
  EDI_RECEIVED: 'readPayload',
  EDI_SENT: 'readPartnerDocument',
  ERP_ORDER: 'readOrder',
  RELEASE: 'readOrder',
  SHIPMENT: 'readShipment',
  INVOICE: 'readInvoice',
  CREDIT_MEMO: 'readCreditMemo',
  RETURN: 'readReturn',
  DROPSHIP_ORDER: 'readDropShipOrder',
  TAX_DOCUMENT: 'readInvoice',
};

export const orderDocumentRoutes: readonly Route[] = [
  read({
    operation: 'readOrderDocuments',
    path: '/v1/orders/{orderId}/documents',
    tag: 'Orders',
    summary: 'Every document of an order, in the order in which they were begun',
    description:
      'What EDI partners sent and were sent, with acknowledgements, the order in the ERP, releases, shipments with carrier and tracking, invoices, credit memos, returns, purchase orders to suppliers and tax documents; each with the address at which it is read. What the caller may not read there is not told.',
    params: z.strictObject({ orderId: ulid }),
    query: pageQuery,
    answer: orderDocumentList,
    fields: true,
    models: ['orders', 'timeline', 'partner_documents', 'shipments', 'invoices', 'returns', 'drop_ships'],
    handle: ({ params, query }, { principal, scope }, deps) => {
      const types = orderDocumentTypes.filter((type) => hasDuty(readBy[type], principal));
      return deps.reads.orderDocuments(params.orderId, types, query, scope);
    },
  }),
];
