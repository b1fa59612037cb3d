import type { Erp } from '../../commands/partnerPorts.ts';
import { badResponse, notRepresentable, read, refusalOf, type Send } from '../http/answers.ts';
import { type ErpLookupOptions, findJournalImport, findOrder, importAnswerBytesMax } from './lookup.ts';
import { type ErpWire, holdsChange, type SafeCallOptions, safeCalls, sha256 } from './safeCalls.ts';
import {
  changedOrderAnswer,
  errorAnswer,
  journalImportAnswer,
  journalImportRequest,
  salesOrderAnswer,
  salesOrderChange,
  salesOrderRequest,
} from './schema.ts';
import { toChangedOrder, toJournalImport, toSalesOrder, withoutReferences } from './translate.ts';

export type ErpClientOptions = SafeCallOptions & {
  /** Name of this ERP in events and cross-references. */
  readonly system: string;
  readonly send: Send;
  /** Limit of one try of a journal import, which is large. */
  readonly importTimeoutMs?: number;
};

const lookingWith = ({ system, send }: Pick<ErpClientOptions, 'system' | 'send'>): ErpLookupOptions => ({
  system,
  ask: ({ signal: _signal, ...question }, use) => send({ ...question, method: 'GET', repeatable: true }, use),
});

const orderWire = ({ system, send }: ErpClientOptions): Pick<ErpWire, 'findOrder' | 'createOrder' | 'changeOrder'> => {
  const lookup = lookingWith({ system, send });
  return {
    findOrder: (bu, orderId) => findOrder(lookup, bu, orderId),
    createOrder: async (order) => {
      const operation = 'createOrder';
      const request = salesOrderRequest.safeParse(toSalesOrder(order));
      if (!request.success) return notRepresentable('the ERP', request.error);
      const body = JSON.stringify(request.data);
      const sent = { operation, method: 'POST', path: '/api/v1/salesOrders', body, repeatable: false } as const;
      return send(sent, (answer) => {
        if (answer.status >= 400) return refusalOf(system, operation, errorAnswer, answer.body);
        const made = read(system, operation, salesOrderAnswer, answer.body);
        if (made.externalDocumentNumber !== order.orderId)
          throw badResponse(system, operation, 'answered for another order');
        return { kind: 'registered', erpNumber: made.number };
      });
    },
    changeOrder: async (order) => {
      const operation = 'changeOrder';
      const request = salesOrderChange.safeParse(toChangedOrder(order));
      if (!request.success) return notRepresentable('the ERP', request.error);
      const path = `/api/v1/salesOrders/${encodeURIComponent(order.erpNumber)}`;
      const sent = { operation, method: 'PUT', path, body: JSON.stringify(request.data), repeatable: true } as const;
      return send(sent, (answer) => {
        if (answer.status >= 400) return refusalOf(system, operation, errorAnswer, answer.body);
        if (!holdsChange(read(system, operation, changedOrderAnswer, answer.body), order))
          throw badResponse(system, operation, 'answered for another order, or an older state of it');
        return { kind: 'changed' };
      });
    },
  };
};

const journalWire = ({
  system,
  send,
  importTimeoutMs = 60_000,
}: ErpClientOptions): Pick<ErpWire, 'findImport' | 'writeImport' | 'sendImport'> => {
  const lookup = lookingWith({ system, send });
  return {
    findImport: (bu, batchId) => findJournalImport(lookup, bu, batchId),
    writeImport: (batch) => {
      const request = journalImportRequest.safeParse(toJournalImport(batch));
      if (!request.success) return notRepresentable('the ERP', request.error);
      const body = JSON.stringify(request.data);
      const isOurs = (hash: string): boolean =>
        hash === sha256(body) || hash === sha256(JSON.stringify(withoutReferences(request.data)));
      return { kind: 'written', body, isOurs };
    },
    sendImport: async (body) => {
      const operation = 'importJournals';
      const sent = { operation, method: 'POST', path: '/api/v1/journalImports', body, repeatable: false } as const;
      const limits = { timeoutMs: importTimeoutMs, answerBytesMax: importAnswerBytesMax };
      return send({ ...sent, ...limits }, (answer) =>
        answer.status >= 400
          ? refusalOf(system, operation, errorAnswer, answer.body)
          : { kind: 'taken', found: read(system, operation, journalImportAnswer, answer.body) },
      );
    },
  };
};

/** The REST interface; finds before it creates, and never sends again after a call of unknown outcome. */
export const createErpClient = (options: ErpClientOptions): Erp =>
  safeCalls({ system: options.system, ...orderWire(options), ...journalWire(options) }, options);
