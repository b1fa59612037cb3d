import type {
  ShadowBatchCompared,
  ShadowLedgerCutOver,
  ShadowLedgerDefined,
  ShadowRow,
} from '../../domain/shadow/events.ts';
import type { MemoryLog } from './memoryLog.ts';

const books = { bu: 'ACME', ledger: 'PRIMARY' };
const stream = 'shadow-ACME.PRIMARY';

const demonstration = ['1100', '1200', '1250', '2200', '4000', '4010', '4100', '5000', '5100', '5110'];

/** Each account of a chart with two noughts behind it; cost of sales (5000) has a cost centre of its node. */
export const shadowOf = (
  changes: Partial<ShadowLedgerDefined['data']> = {},
  names: readonly string[] = demonstration,
): ShadowLedgerDefined['data'] => {
  const there = (account: string): string => `${account}00`;
  return {
    ...{ ...books, system: 'cloud', version: 1, contentSha256: 'c', definedBy: 'key:admin' },
    accounts: names.map((account) => ({
      ...{ account: there(account), name: `New ${account}`, activeFrom: '2020-01-01', activeTo: null },
      costCentre: account === '5000' ? ('REQUIRED' as const) : ('NONE' as const),
      taxCode: account === '2200' ? ('OPTIONAL' as const) : ('NONE' as const),
    })),
    accountRules: names.map((account) => ({ match: { fromAccount: account }, value: there(account) })),
    costCentreRules: [{ match: { node: 'DC-EAST' }, value: 'CC-EAST' }],
    taxCodeRules: [],
    correspondence: names.map((account) => ({ account, to: { account: there(account) } })),
    ...{ cleanDays: 2, workingDays: [1, 2, 3, 4, 5], holidays: [] },
    ...changes,
  };
};

const row: ShadowRow = {
  ...{
    key: 'ACCOUNT_DIFFERS|5000|510000/-/-|500000/*/*',
    kinds: ['ACCOUNT_DIFFERS'],
    currency: 'USD',
    account: '5000',
  },
  simulated: { account: '510000', costCentre: null, taxCode: null },
  expected: { account: '500000' },
  ...{ debit: '4200', credit: '0', count: 1 },
  lines: [{ journalId: 'J-1', lineNo: 1, orderId: 'O1', orderLineId: '10' }],
};
const right: ShadowRow = {
  ...{ ...row, key: '|1250|125000/-/-|125000/*/*', kinds: [], account: '1250', debit: '0', credit: '4200', lines: [] },
  ...{ simulated: { ...row.simulated, account: '125000' }, expected: { account: '125000' } },
};

export const cutOverOf = (effectiveDate: string, to = 'cloud'): ShadowLedgerCutOver['data'] => ({
  ...{ ...books, from: 'erp', to, version: 2, effectiveDate, cleanDays: 2 },
  ...{ approvalId: 'A', approvedBy: 'key:admin2', by: 'key:finance', reason: 'clean for long enough' },
});

/** A batch with a difference and one without, an explanation that was given again, another mapping, and a cut-over that was cancelled once. */
export const playShadow = (log: MemoryLog): void => {
  const compare = (sequence: number, day: string, rows: readonly ShadowRow[]): unknown =>
    log.append(stream, 'ShadowBatchCompared', {
      ...{ ...books, system: 'cloud', version: 1, batchId: `SHADOWED-${sequence}`, period: '202511', sequence, day },
      ...{ journals: 1, rows },
    } satisfies ShadowBatchCompared['data']);
  log.append(stream, 'ShadowLedgerDefined', shadowOf());
  compare(1, '2025-11-24', [row, right]);
  compare(2, '2025-11-25', [right]);
  for (const until of ['2025-11-24', '2025-12-31'])
    log.append(stream, 'ShadowDifferenceExplained', {
      ...{ ...books, key: row.key, until, reason: 'apart until year end', explainedBy: 'key:finance' },
    });
  log.append(stream, 'ShadowLedgerDefined', shadowOf({ version: 2, cleanDays: 1 }));
  for (const effectiveDate of ['2029-12-01', '2030-01-01']) {
    log.append(stream, 'ShadowLedgerCutOver', cutOverOf(effectiveDate));
    if (effectiveDate < '2030')
      log.append(stream, 'ShadowCutOverCancelled', {
        ...{ ...books, to: 'cloud', effectiveDate, by: 'key:finance', reason: 'the new ERP is not ready' },
      });
  }
};
