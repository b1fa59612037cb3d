import { type Erp, type ErpOrder, type PartnerRefusal, PartnerUnavailable } from '../../../commands/partnerPorts.ts';
import type { ErpLookup } from '../../../commands/ports.ts';
import { badResponse, notRepresentable } from '../../http/answers.ts';
import { journalImportRequest, salesOrderChange, salesOrderRequest } from '../schema.ts';
import { toChangedOrder, toJournalImport, toSalesOrder } from '../translate.ts';
import { batchAnswerIn, orderAnswerIn } from './answers.ts';
import {
  answerTo,
  handOver,
  inAName,
  keyOfAttempt,
  noteRefusal,
  openFolders,
  type Sent,
  sentUnder,
} from './handover.ts';
import { batchRecords, canBeRecords, orderRecords } from './messages.ts';
import { type FileRecord, fileOf } from './records.ts';

export type FileErpOptions = {
  /** Name of this ERP in events and cross-references. */
  readonly system: string;
  /** The folder that both sides reach. */
  readonly folder: string;
  /** Of every question to the folder, for health and metrics; `outcome` as for calls over HTTP. */
  readonly onAttempt?: (operation: string, outcome: string, ms: number) => void;
};

const askAgainMsMin = 500;
const askAgainMsMax = 300_000;

/** An ERP that answers in seconds is asked again soon, one that answers at night a few times an hour. */
const pendingSince = ({ sentAtMs }: Sent) => ({
  kind: 'pending' as const,
  askAgainMs: Math.min(askAgainMsMax, Math.max(askAgainMsMin, (Date.now() - sentAtMs) / 4)),
});

const tooOdd: PartnerRefusal = {
  kind: 'refused',
  code: 'NOT_REPRESENTABLE',
  detail: 'Does not fit the format of the ERP: a character that a line cannot hold',
};

/** A disk that is full, away or closed to us is an ERP that is away: nothing is lost by waiting for it. */
const reported =
  ({ system, folder, onAttempt }: FileErpOptions) =>
  async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const report = (outcome: string) => onAttempt?.(operation, outcome, performance.now() - startedMs);
    try {
      await openFolders(folder);
      const done = await work();
      report('ok');
      return done;
    } catch (error) {
      const trouble = error instanceof PartnerUnavailable ? error : undefined;
      report(trouble?.class ?? 'UNAVAILABLE');
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      throw (
        trouble ?? new PartnerUnavailable(system, `${system}: ${operation}: the folder fails${code}`, { cause: error })
      );
    }
  };

type Pending = ReturnType<typeof pendingSince>;
type Accepted = { readonly kind: 'accepted'; readonly erpNumber: string };

const orderFiles = ({ system, folder }: FileErpOptions) => {
  const handed = async (
    key: string,
    operation: string,
    records: readonly FileRecord[],
  ): Promise<Accepted | Pending | PartnerRefusal> => {
    if (!canBeRecords(records)) return tooOdd;
    const attempt = await keyOfAttempt(folder, key);
    const sent = await handOver(folder, attempt, fileOf(records));
    const text = await answerTo(sent, folder);
    const answer = text === undefined ? undefined : orderAnswerIn(text);
    if (answer === undefined) return pendingSince(sent);
    if (answer.kind === 'notUnderstood')
      throw badResponse(system, operation, `row ${answer.row} of ${sent.base}.ack is not understood`);
    if (answer.kind === 'refused') await noteRefusal(folder, attempt);
    return answer;
  };
  const keyOf = ({ bu, orderId }: Pick<ErpOrder, 'bu' | 'orderId'>): string =>
    `order.${inAName(bu)}.${inAName(orderId)}`;
  return { handed, keyOf };
};

const orderCalls = (options: FileErpOptions): Pick<Erp, 'registerOrder' | 'changeOrder'> => {
  const { handed, keyOf } = orderFiles(options);
  const report = reported(options);
  return {
    registerOrder: (order) =>
      report('registerOrder', async () => {
        const request = salesOrderRequest.safeParse(toSalesOrder(order));
        if (!request.success) return notRepresentable('the ERP', request.error);
        const answer = await handed(keyOf(order), 'registerOrder', orderRecords(request.data));
        return answer.kind === 'accepted' ? { kind: 'registered', erpNumber: answer.erpNumber } : answer;
      }),
    changeOrder: (order) =>
      report('changeOrder', async () => {
        const request = salesOrderChange.safeParse(toChangedOrder(order));
        if (!request.success) return notRepresentable('the ERP', request.error);
        const records = orderRecords(request.data, order.erpNumber);
        const answer = await handed(`${keyOf(order)}.change-${order.changes}`, 'changeOrder', records);
        return answer.kind === 'accepted' ? { kind: 'changed' } : answer;
      }),
  };
};

const keyOfBatch = (bu: string, batchId: string): string => `journals.${inAName(bu)}.${inAName(batchId)}`;

const journalCalls = (options: FileErpOptions): Pick<Erp, 'importJournals' | 'journalOutcomes'> => {
  const { folder } = options;
  const report = reported(options);
  return {
    importJournals: (batch) =>
      report('importJournals', async () => {
        const request = journalImportRequest.safeParse(toJournalImport(batch));
        if (!request.success) return notRepresentable('the ERP', request.error);
        const records = batchRecords(request.data);
        if (!canBeRecords(records)) return tooOdd;
        const content = fileOf(records);
        const sent = await handOver(folder, keyOfBatch(batch.bu, batch.batchId), content);
        if (sent.content === content) return { kind: 'imported', fileSha256: sent.fileSha256 };
        const detail = 'This batch was handed over with other content.';
        return { kind: 'refused', code: 'BATCH_CONTENT_DIFFERS', detail };
      }),
    journalOutcomes: (bu, batchId) =>
      report('journalOutcomes', async () => {
        const sent = await sentUnder(folder, keyOfBatch(bu, batchId));
        if (sent === undefined) return { kind: 'pending' };
        const text = await answerTo(sent, folder);
        const { journals, badRows } =
          text === undefined ? { journals: [], badRows: [] } : batchAnswerIn(text, sent.content);
        if (journals.length === 0 && badRows.length === 0) return pendingSince(sent);
        const [row] = badRows;
        const more = badRows.length > 1 ? ` and ${badRows.length - 1} more are` : ' is';
        const notUnderstood =
          row === undefined ? {} : { notUnderstood: `row ${row} of ${sent.base}.ack${more} not understood` };
        return { kind: 'done', journals, ...notUnderstood };
      }),
  };
};

/** An ERP that takes files and answers with files, when it comes to it. */
export const createFileErp = (options: FileErpOptions): Erp => ({
  system: options.system,
  ...orderCalls(options),
  ...journalCalls(options),
});

/** What the folder shows that they have of ours; what they took and did not answer cannot be told. */
export const createFileLookup = (options: FileErpOptions): ErpLookup => {
  const { system, folder } = options;
  const { keyOf } = orderFiles(options);
  const report = reported(options);
  return {
    order: (bu, orderId) =>
      report('findOrder', async () => {
        const sent = await sentUnder(folder, await keyOfAttempt(folder, keyOf({ bu, orderId })));
        if (sent === undefined) return undefined;
        const text = await answerTo(sent, folder);
        const answer = text === undefined ? undefined : orderAnswerIn(text);
        if (answer?.kind === 'accepted') return { erpNumber: answer.erpNumber };
        throw new PartnerUnavailable(system, `${system} has ${sent.base} and has not answered yet`, { class: 'BUSY' });
      }),
    journalImport: (bu, batchId) =>
      report('findJournalImport', async () => {
        const sent = await sentUnder(folder, keyOfBatch(bu, batchId));
        if (sent === undefined) return undefined;
        const text = await answerTo(sent, folder);
        const finished = text !== undefined && batchAnswerIn(text, sent.content).isComplete;
        return { fileSha256: sent.fileSha256, finished };
      }),
  };
};
