import { backordersReport } from './backorders.ts';
import { closeExceptionsReport } from './closeExceptions.ts';
import { fillRateReport } from './fillRate.ts';
import { inventoryValuationReport } from './inventoryValuation.ts';
import { journalDetailReport } from './journalDetail.ts';
import { marginReport } from './margin.ts';
import { openOrdersReport } from './openOrders.ts';
import { orderCycleReport } from './orderCycle.ts';
import { perfectOrderReport } from './perfectOrder.ts';
import { receivablesReport } from './receivables.ts';
import type { Report } from './report.ts';
import { returnsReport } from './returns.ts';
import { revenueReport } from './revenue.ts';
import { settlementsReport } from './settlements.ts';
import { shippedNotInvoicedReport } from './shippedNotInvoiced.ts';
import { taxReport } from './tax.ts';
import { tieOutReport } from './tieOut.ts';
import { trialBalanceReport } from './trialBalance.ts';

/** Every report, in the order of the catalogue. To add one: a file here, and its line. */
export const reports: readonly Report[] = [
  revenueReport,
  marginReport,
  receivablesReport,
  openOrdersReport,
  backordersReport,
  fillRateReport,
  perfectOrderReport,
  orderCycleReport,
  shippedNotInvoicedReport,
  journalDetailReport,
  trialBalanceReport,
  tieOutReport,
  taxReport,
  closeExceptionsReport,
  inventoryValuationReport,
  returnsReport,
  settlementsReport,
];

const byWord = new Map(reports.flatMap((report) => [report.id, report.name].map((word) => [word, report] as const)));

/** By its name, or by its number in the specification. */
export const reportNamed = (word: string): Report | undefined => byWord.get(word);
