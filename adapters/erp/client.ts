import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Erp,
  type ErpOrder,
  type PartnerRefusal,
  type PartnerTrouble,
  PartnerUnavailable,
} from '../../commands/partnerPorts.ts';
import { badResponse, notRepresentable, read, refusalOf, type Send } from '../http/answers.ts';
import { type ErpLookupOptions, findJournalImport, findOrder, importAnswerBytesMax } from './lookup.ts';
import {
  errorAnswer,
  type JournalImportAnswer,
  type JournalImportRequest,
  journalImportAnswer,
  journalImportRequest,
  salesOrderAnswer,
  salesOrderRequest,
} from './schema.ts';
import { toJournalImport, toOutcomes, toSalesOrder, withoutReferences } from './translate.ts';

export type ErpClientOptions = {
  /** Name of this ERP in events and cross-references. */
  readonly system: string;
  readonly send: Send;
  /** How long after a call of unknown outcome its effect may still appear; longer than their gateway's time limit. */
  readonly settleMs?: number;
  readonly settlePollMs?: number;
  /** Limit of one try of a journal import, which is large. */
  readonly importTimeoutMs?: number;
};

/** After these the ERP certainly did nothing, so there is nothing to look for. */
const certainlyNotDone: ReadonlySet<PartnerTrouble> = new Set(['BUSY', 'BREAKER_OPEN', 'BULKHEAD_FULL', 'CREDENTIALS']);

type Registered = { readonly kind: 'registered'; readonly erpNumber: string };

const lookingWith = ({ system, send }: Pick<ErpClientOptions, 'system' | 'send'>): ErpLookupOptions => ({
  system,
  ask: ({ signal: _signal, ...question }, use) => send({ ...question, method: 'GET', repeatable: true }, use),
});

const createOrders = ({ system, send, settleMs = 3_000, settlePollMs = 250 }: ErpClientOptions) => {
  const lookup = lookingWith({ system, send });
  const find = async ({ bu, orderId }: ErpOrder): Promise<Registered | undefined> => {
    const found = await findOrder(lookup, bu, orderId);
    return found && { kind: 'registered', erpNumber: found.erpNumber };
  };

  const create = async (order: ErpOrder): Promise<Registered | PartnerRefusal> => {
    const operation = 'createOrder';
    const request = salesOrderRequest.safeParse(toSalesOrder(order));
    if (!request.success) return notRepresentable('the ERP', request.error);
    const body = JSON.stringify(request.data);
    const sent = { operation, method: 'POST', path: '/api/v1/salesOrders', body, repeatable: false } as const;
    return send<Registered | PartnerRefusal>(sent, (answer) => {
      if (answer.status >= 400) return refusalOf(system, operation, errorAnswer, answer.body);
      const made = read(system, operation, salesOrderAnswer, answer.body);
      if (made.externalDocumentNumber !== order.orderId)
        throw badResponse(system, operation, 'answered for another order');
      return { kind: 'registered', erpNumber: made.number };
    });
  };

  /** The call may have had its effect, or may still have it: look until it can no longer appear. Never sends again. */
  const settle = async (order: ErpOrder): Promise<Registered | undefined> => {
    const untilMs = performance.now() + settleMs;
    for (;;) {
      const found = await find(order);
      if (found !== undefined || performance.now() >= untilMs) return found;
      await sleep(settlePollMs);
    }
  };

  return async (order: ErpOrder): Promise<Registered | PartnerRefusal> => {
    const known = await find(order);
    if (known !== undefined) return known;
    try {
      const made = await create(order);
      if (made.kind === 'registered' || made.code !== 'DUPLICATE_EXTERNAL_DOCUMENT') return made;
      return (await find(order)) ?? made;
    } catch (error) {
      if (!(error instanceof PartnerUnavailable) || certainlyNotDone.has(error.class)) throw error;
      const found = await settle(order);
      if (found === undefined) throw error;
      return found;
    }
  };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const createJournals = ({ system, send, importTimeoutMs = 60_000 }: ErpClientOptions) => {
  const lookup = lookingWith({ system, send });
  type Of = { readonly bu: string; readonly batchId: string };
  const find = ({ bu, batchId }: Of): Promise<JournalImportAnswer | undefined> =>
    findJournalImport(lookup, bu, batchId);

  type Sent = { readonly request: JournalImportRequest; readonly fileSha256: string };
  const isOurs = (found: JournalImportAnswer, { request, fileSha256 }: Sent): boolean =>
    found.fileSha256 === fileSha256 || found.fileSha256 === sha256(JSON.stringify(withoutReferences(request)));
  const compare = (found: JournalImportAnswer, sent: Sent): Awaited<ReturnType<Erp['importJournals']>> =>
    isOurs(found, sent)
      ? { kind: 'imported', fileSha256: found.fileSha256 }
      : { kind: 'refused', code: 'BATCH_CONTENT_DIFFERS', detail: 'The ERP holds this batch id with other content.' };

  const importJournals: Erp['importJournals'] = async (batch) => {
    const operation = 'importJournals';
    const request = journalImportRequest.safeParse(toJournalImport(batch));
    if (!request.success) return notRepresentable('the ERP', request.error);
    const body = JSON.stringify(request.data);
    const ours = { request: request.data, fileSha256: sha256(body) };
    const known = await find(batch);
    if (known !== undefined) return compare(known, ours);
    try {
      const path = '/api/v1/journalImports';
      const sent = { operation, method: 'POST', path, body, repeatable: false } as const;
      const limits = { timeoutMs: importTimeoutMs, answerBytesMax: importAnswerBytesMax };
      return await send({ ...sent, ...limits }, (answer) =>
        answer.status >= 400
          ? refusalOf(system, operation, errorAnswer, answer.body)
          : compare(read(system, operation, journalImportAnswer, answer.body), ours),
      );
    } catch (error) {
      if (!(error instanceof PartnerUnavailable) || certainlyNotDone.has(error.class)) throw error;
      const found = await find(batch);
      if (found === undefined) throw error;
      return compare(found, ours);
    }
  };

  const journalOutcomes: Erp['journalOutcomes'] = async (bu, batchId) => {
    const found = await find({ bu, batchId });
    // A batch that they do not know is not finished: the export step finds or sends it first.
    if (found === undefined || found.status === 'InProgress') return { kind: 'pending' };
    return { kind: 'done', journals: toOutcomes(found) };
  };
  return { importJournals, journalOutcomes };
};

/** Finds before it creates, and never sends again after a call of unknown outcome. */
export const createErpClient = (options: ErpClientOptions): Erp => ({
  system: options.system,
  registerOrder: createOrders(options),
  ...createJournals(options),
});
