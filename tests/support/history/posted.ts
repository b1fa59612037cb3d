import type { SealedJournal } from '../../../domain/ledger/events.ts';
import { journalIdFor } from '../../../projections/glStaging/journalId.ts';
import { bu, currency, draft, type History, ledger, period, streamOf } from './draft.ts';
import type { Issued } from './invoiced.ts';
import { freight } from './plan.ts';

const hash = '4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce';
const accountingDate = '2026-11-28';

type Amount = readonly [account: string, debit: string, credit: string];

const journalLines = (amounts: readonly Amount[]) =>
  amounts.map(([account, debit, credit], index) => ({ lineNo: index + 1, account, debit, credit }));

/** The shipment's and the invoice's journal, as the posting rules make them. */
const journalsOf = ({ plan, number, confirmed, issued }: Issued): readonly [SealedJournal, SealedJournal] => {
  const { lines, orderId, shipmentId, invoiceId, total, tax } = plan;
  const about = { accountingDate, orderId, currency };
  const goods = lines.flatMap(({ cost }): readonly Amount[] => [
    ['1250', cost, '0'],
    ['1200', '0', cost],
  ]);
  const sale: readonly Amount[] = [
    ['1100', total, '0'],
    ...lines.map(({ discount }): Amount => ['4100', discount, '0']),
    ...lines.map(({ cost }): Amount => ['5000', cost, '0']),
    ...lines.map(({ gross }): Amount => ['4000', '0', gross]),
    ['4010', '0', freight],
    ['2200', '0', tax],
    ...lines.map(({ cost }): Amount => ['1250', '0', cost]),
  ];
  const t02 = { journalId: journalIdFor(confirmed.eventId, 'T02', ledger), templateId: 'T02', documentRef: shipmentId };
  const t03 = { journalId: journalIdFor(issued.eventId, 'T03', ledger), templateId: 'T03', documentRef: number };
  return [
    { ...about, ...t02, invoiceId: null, lines: journalLines(goods) },
    { ...about, ...t03, invoiceId, lines: journalLines(sale) },
  ];
};

/** One batch: sealed, exported, acknowledged, and each invoice told its document. */
export function* posted(sequence: number, invoices: readonly Issued[], throughPosition: string): History {
  const batchId = `${ledger}-${period}-${String(sequence).padStart(6, '0')}`;
  const stream = streamOf('glbatch', batchId);
  const key = { bu, ledger, batchId };
  const journals = invoices.map(journalsOf);
  const sealed = journals.flat();
  yield [
    draft(stream, 'GlBatchSealed', {
      ...{ ...key, period, sequence, journals: sealed, controlTotals: [] },
      ...{ merkleRoot: hash, contentSha256: hash, throughPosition },
    }),
  ];
  yield [draft(stream, 'GlBatchExported', { ...key, erpSystem: 'erp', fileSha256: hash })];
  const documentOf = (index: number): string => `JE-${sequence}-${index}`;
  const acknowledged = sealed.map(({ journalId }, index) => ({ journalId, erpDocument: documentOf(index) }));
  yield [draft(stream, 'GlBatchAcknowledged', { ...key, erpSystem: 'erp', journals: acknowledged })];
  for (const [index, { plan }] of invoices.entries()) {
    const { invoiceId, orderId } = plan;
    const journalId = journals[index]?.[1].journalId ?? '';
    const document = { batchId, journalId, erpDocument: documentOf(index * 2 + 1) };
    yield [draft(streamOf('invoice', invoiceId), 'InvoicePosted', { invoiceId, orderId, bu, ...document })];
  }
}
