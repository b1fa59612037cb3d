import type { CaseView } from '../../projections/exceptions/queries.ts';
import type { SlaView } from '../../projections/exceptions/slas.ts';
import { paint, riskText, table, titled } from '../terminal.ts';
import { type CliCommand, counted, durationText, requiredOption, textOption } from './command.ts';
import { callService } from './service.ts';

const seconds = (count: number): string => durationText(count * 1_000);

const shownMax = 100;

const caseRow = (one: CaseView): readonly string[] => [
  one.caseId,
  one.class,
  one.object.id,
  one.customerPo ?? one.orderId ?? '',
  one.soldTo ?? '',
  one.node ?? '',
  riskText(one.moneyAtRisk),
  seconds(one.ageSeconds),
  one.overdue ? paint(one.dueAt, 'red') : one.dueAt,
  one.owner ?? one.team,
];

/** What to do about each class that is shown, once. */
const nextActions = (items: readonly CaseView[]): readonly string[] =>
  [...new Map(items.map((one) => [one.class, one])).values()].map(
    (one) => `${one.class}: ${one.nextAction} (${one.runbook})`,
  );

const filterOptions = ['class', 'team', 'owner', 'bu', 'state', 'sort'] as const;

export const exceptionsCommand: CliCommand = {
  usage: 'exceptions [search]',
  summary: `What runs over its limit, by money at risk: the first ${shownMax}. Search by order, PO, customer or warehouse`,
  options: [
    { flags: '--class <class>', text: 'only of one class, such as ORDER_HELD' },
    { flags: '--team <team>', text: 'ops or finance' },
    { flags: '--owner <owner>', text: 'what somebody has taken' },
    { flags: '--bu <bu>', text: 'only of one business unit' },
    { flags: '--state <state>', text: 'OPEN, RESOLVED or CLOSED; open ones unless it is said' },
    { flags: '--sort <sort>', text: 'money, age or due' },
  ],
  callsService: true,
  examples: ['exceptions', 'exceptions PO-7001', 'exceptions --team finance --sort due --json'],
  run: async ([search], options) => {
    const filter = new URLSearchParams({ limit: String(shownMax) });
    if (search !== undefined) filter.set('search', search);
    for (const name of filterOptions) {
      const value = textOption(options, name);
      if (value !== undefined) filter.set(name, name === 'class' || name === 'state' ? value.toUpperCase() : value);
    }
    const service = await callService(options);
    const { items, nextCursor } = await service.get<{
      readonly items: readonly CaseView[];
      readonly nextCursor: string | null;
    }>(`/v1/ops/exceptions?${filter}`);
    if (items.length === 0) return { value: items, text: 'No exceptions.' };
    const titles = titled('Id', 'Class', 'What', 'Order', 'Customer', 'Node', 'At risk', 'Age', 'Due', 'Owner');
    const more = nextCursor === null ? [] : ['There are more: name a class, team, owner or business unit.'];
    return { value: items, text: [table(titles, items.map(caseRow)), '', ...nextActions(items), ...more].join('\n') };
  },
};

export const assignCommand: CliCommand = {
  usage: 'assign <caseId> <owner>',
  summary: 'Say who takes care of an exception',
  options: [{ flags: '--note <text>', text: 'what they should know' }],
  callsService: true,
  examples: ['assign 01JD0000000000000000000029 kim --note "calls the dock"'],
  run: async ([caseId = '', owner = ''], options) => {
    const note = textOption(options, 'note');
    const service = await callService(options);
    const path = `/v1/ops/exceptions/${encodeURIComponent(caseId)}/assignments`;
    const value = await service.post(path, { owner, ...(note !== undefined && { note }) });
    return { value, text: `${caseId} is with ${owner}.` };
  },
};

export const resolveCommand: CliCommand = {
  usage: 'resolve <caseId>',
  summary: 'Say that an exception is fixed; with --accept, that nothing is to be done about it',
  options: [
    { flags: '--note <text>', text: 'what was done, or why nothing is; it stays in the log' },
    { flags: '--accept', text: 'it is not opened again while it lasts' },
  ],
  callsService: true,
  examples: [
    'resolve 01JD0000000000000000000029 --note "the dock has confirmed"',
    'resolve 01JD0000000000000000000029 --accept --note "the customer waits for the next truck"',
  ],
  run: async ([caseId = ''], options) => {
    const note = requiredOption(options, 'note', '--note');
    const outcome = options.accept === true ? 'ACCEPTED' : 'FIXED';
    const service = await callService(options);
    const value = await service.post(`/v1/ops/exceptions/${encodeURIComponent(caseId)}/resolutions`, { outcome, note });
    const then = outcome === 'FIXED' ? 'It is opened again if it lasts.' : 'It is not opened again while it lasts.';
    return { value, text: `${caseId} is resolved. ${then}` };
  },
};

const slaRow = (one: SlaView): readonly string[] => [
  one.bu,
  one.sla,
  one.limitSeconds === 0 ? 'none' : seconds(one.limitSeconds),
  one.worstSeconds === null ? '' : seconds(one.worstSeconds),
  one.breached === 0 ? '0' : paint(String(one.breached), 'red'),
  one.since ?? '',
  one.overdueCases === 0 ? String(one.openCases) : paint(`${one.openCases} (${one.overdueCases} overdue)`, 'red'),
];

export const slasCommand: CliCommand = {
  usage: 'slas [bu]',
  summary: 'Every service level: its limit, the worst now, and how many are over it',
  callsService: true,
  examples: ['slas', 'slas ACME --json'],
  run: async ([bu], options) => {
    const service = await callService(options);
    const path = `/v1/ops/slas${bu === undefined ? '' : `?bu=${encodeURIComponent(bu)}`}`;
    const { items } = await service.get<{ readonly items: readonly SlaView[] }>(path);
    const breached = items.reduce((sum, one) => sum + one.breached, 0);
    const titles = titled('Unit', 'Service level', 'Limit', 'Worst now', 'Over it', 'Since', 'Open cases');
    const total = breached === 0 ? 'Nothing is over its limit.' : `${counted(breached, 'clock')} over the limit.`;
    return { value: items, text: [table(titles, items.map(slaRow)), '', total].join('\n') };
  },
};
