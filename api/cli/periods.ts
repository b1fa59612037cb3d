import type { PeriodView } from '../../projections/periods/queries.ts';
import type { Blocker, ReadinessView } from '../../projections/periods/readiness.ts';
import { moneyWith, table, titled } from '../terminal.ts';
import { type CliCommand, type CliOptions, notReady, reasonIn, reasonOption, Stop, textOption } from './command.ts';
import { allItems } from './pages.ts';
import { callService, type Service } from './service.ts';

const list = (service: Service, bu: string | undefined): Promise<readonly PeriodView[]> =>
  allItems(service, `/v1/accounting-periods${bu === undefined ? '' : `?bu=${encodeURIComponent(bu)}`}`);

const lastStep = (one: PeriodView): string => {
  if (one.state === 'CLOSED') return `closed ${one.closedAt} by ${one.closedBy}`;
  if (one.state === 'CLOSING') return `being closed since ${one.updatedAt}`;
  if (one.state === 'SOFT_CLOSED') return `soft-closed ${one.softClosedAt} by ${one.softClosedBy}`;
  return one.reopenedAt === null
    ? `opened ${one.openedAt} by ${one.openedBy}`
    : `reopened ${one.reopenedAt} by ${one.reopenedBy}`;
};

export const periodsCommand: CliCommand = {
  usage: 'periods [bu]',
  summary: 'Accounting periods and how they stand, newest first',
  callsService: true,
  as: 'finance',
  examples: ['periods', 'periods ACME --json'],
  run: async ([bu], options) => {
    const items = await list(await callService(options), bu);
    const rows = items.map((one) => [one.bu, one.ledger, one.period, one.state, lastStep(one)]);
    const text = table(titled('Unit', 'Ledger', 'Period', 'State', 'Since'), rows);
    return { value: items, text: items.length === 0 ? 'No period was ever opened.' : text };
  },
};

/** The named period; without a name the oldest that is not closed. Throws `Stop` 3. */
const findPeriod = async (service: Service, bu: string, period: string | undefined): Promise<PeriodView> => {
  const items = await list(service, bu);
  const found = items.findLast((one) => (period === undefined ? one.state !== 'CLOSED' : one.period === period));
  if (found !== undefined) return found;
  throw new Stop(
    period === undefined ? `${bu} has no period that is not closed.` : `${bu} never opened period ${period}.`,
    3,
  );
};

const blockerRow = ({ must, class: name, owner, count, amounts, oldest }: Blocker): readonly string[] => [
  must ? 'MUST' : 'SHOULD',
  name,
  owner,
  String(count),
  amounts.map(({ amount, currency }) => moneyWith(amount, currency)).join(', '),
  oldest ?? '',
];

const readinessText = ({ periodId, state, ready, blockers, accrualForecast }: ReadinessView): string => {
  const said = ready ? 'ready to be closed' : state;
  const rows = blockers.map(blockerRow);
  const forecast = accrualForecast.map(
    ({ lines, net, cost, currency }) =>
      `Shipped and not invoiced: ${lines} lines, net ${moneyWith(net, currency)}, cost ${moneyWith(cost, currency)}.`,
  );
  return [
    `${periodId}: ${said}`,
    ...(rows.length === 0 ? [] : ['', table(titled('', 'What', 'Whose', 'Count', 'Amount', 'Oldest'), rows), '']),
    ...blockers.map(({ class: name, detail }) => `${name}: ${detail}`),
    ...forecast,
  ].join('\n');
};

export const readinessCommand: CliCommand = {
  usage: 'readiness <bu> [period]',
  summary:
    'What keeps a period, or the oldest one that is not closed, from being closed; ends with 8 when something does',
  callsService: true,
  as: 'finance',
  examples: ['readiness ACME', 'readiness ACME 202611 --json'],
  run: async ([bu = '', period], options) => {
    const service = await callService(options);
    const { periodId } = await findPeriod(service, bu, period);
    const value = await service.get<ReadinessView>(`/v1/accounting-periods/${periodId}/readiness`);
    const isDone = value.ready || value.state === 'CLOSED';
    return { value, text: readinessText(value), ...(!isDone && { exitCode: notReady }) };
  },
};

type Step = {
  readonly usage: string;
  readonly path: string;
  readonly summary: string;
  readonly said: string;
  /** What is to be done next. */
  readonly next: string;
};

const step = ({ usage, path, summary, said, next }: Step): CliCommand => ({
  usage: `${usage} <bu> <period>`,
  summary,
  options: [reasonOption],
  callsService: true,
  as: 'finance',
  examples: [`${usage} ACME 202611 --reason "month end"`],
  run: async ([bu = '', period], options: CliOptions) => {
    const reason = reasonIn(options);
    const service = await callService(options);
    const { periodId } = await findPeriod(service, bu, period);
    const value = await service.post(`/v1/accounting-periods/${periodId}/${path}`, { reason });
    return { value, text: `${periodId} is ${said}.\n${next}` };
  },
});

export const openPeriodCommand: CliCommand = {
  usage: 'open-period <bu> <period>',
  summary: 'Open an accounting period; the next one has to be open before a soft close',
  options: [{ flags: '--ledger <ledger>', text: 'the ledger; where nothing is said, that of the periods there are' }],
  callsService: true,
  as: 'finance',
  examples: ['open-period ACME 202612'],
  run: async ([bu = '', period = ''], options) => {
    const service = await callService(options);
    const ledger = textOption(options, 'ledger') ?? (await list(service, bu))[0]?.ledger;
    if (ledger === undefined) throw new Stop(`${bu} has no period yet: say --ledger.`, 2);
    const value = await service.post('/v1/accounting-periods', { bu, ledger, period });
    return { value, text: `${bu}.${ledger}.${period} is open.` };
  },
};

export const softCloseCommand = step({
  usage: 'soft-close',
  path: 'soft-closes',
  summary: 'End the ordinary postings of a period; what finance posts itself still lands in it',
  said: 'soft-closed',
  next: 'Its accruals are being recorded. Next: `readiness` names what is left, then `close`.',
});

export const closeCommand = step({
  usage: 'close',
  path: 'closes',
  summary: 'Close a period that was soft-closed, once nothing stands against it; see readiness',
  said: 'closed',
  next: 'Nothing lands in it any more. What was posted wrong is taken back in an open period: `reverse`, `repost`.',
});

export const reopenCommand = step({
  usage: 'reopen',
  path: 'reopenings',
  summary: 'Reopen the last closed period; asks two others first, and is repeated once they agreed',
  said: 'open again',
  next: 'Next: what it was reopened for, then `soft-close` and `close`.',
});
