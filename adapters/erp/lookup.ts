import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import type { ErpLookup } from '../../commands/ports.ts';
import { type Ask, badResponse, read, refusalOf } from '../http/answers.ts';
import { errorAnswer, type JournalImportAnswer, journalImportAnswer, salesOrderList } from './schema.ts';

export type ErpLookupOptions = { readonly system: string; readonly ask: Ask };

const asked = (operation: string, path: string, signal: AbortSignal | undefined) => ({
  operation,
  path,
  ...(signal !== undefined && { signal }),
});

/** The order that carries our reference. Throws AMBIGUOUS when two do: a person has to say which is ours. */
export const findOrder = async (
  { system, ask }: ErpLookupOptions,
  bu: string,
  orderId: string,
  signal?: AbortSignal,
): Promise<{ readonly erpNumber: string } | undefined> => {
  const operation = 'findOrder';
  const query = new URLSearchParams({ company: bu, externalDocumentNumber: orderId });
  const list = await ask(asked(operation, `/api/v1/salesOrders?${query}`, signal), ({ status, body }) => {
    if (status !== 200) throw badResponse(system, operation, `answered ${status}`);
    return read(system, operation, salesOrderList, body).value;
  });
  const ours = list.filter((found) => found.externalDocumentNumber === orderId);
  if (ours.length > 1) {
    const detail = `${system}: ${ours.length} orders carry the reference ${orderId}`;
    throw new PartnerUnavailable(system, detail, { class: 'AMBIGUOUS' });
  }
  return ours[0] === undefined ? undefined : { erpNumber: ours[0].number };
};

/** What became of up to 100,000 journals. */
export const importAnswerBytesMax = 32 * 1024 * 1024;

/** Batches are numbered anew in every business unit, so the company is part of the question. */
export const findJournalImport = async (
  { system, ask }: ErpLookupOptions,
  bu: string,
  batchId: string,
  signal?: AbortSignal,
): Promise<JournalImportAnswer | undefined> => {
  const operation = 'findJournalImport';
  const path = `/api/v1/journalImports/${encodeURIComponent(batchId)}?${new URLSearchParams({ company: bu })}`;
  const question = { ...asked(operation, path, signal), answerBytesMax: importAnswerBytesMax };
  return ask(question, ({ status, body }) => {
    if (status === 404 && refusalOf(system, operation, errorAnswer, body).code === 'BATCH_NOT_FOUND') return undefined;
    if (status !== 200) throw badResponse(system, operation, `answered ${status}`);
    const found = read(system, operation, journalImportAnswer, body);
    if (found.batchId !== batchId) throw badResponse(system, operation, 'answered for another batch');
    return found;
  });
};

/** What the ERP holds of ours, for those who may only look. */
export const createErpLookup = (options: ErpLookupOptions): ErpLookup => ({
  order: (bu, orderId, signal) => findOrder(options, bu, orderId, signal),
  journalImport: async (bu, batchId, signal) => {
    const found = await findJournalImport(options, bu, batchId, signal);
    return found && { fileSha256: found.fileSha256, finished: found.status === 'Completed' };
  },
});
