import type { BreakView, RunView } from '../../projections/reconciliations/queries.ts';
import { paint, riskText, table, titled } from '../terminal.ts';
import { type CliCommand, counted, textOption } from './command.ts';
import { callService } from './service.ts';

const shownMax = 50;

type Listed<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null };

const stateText = ({ state, reason }: RunView): string =>
  state === 'INCOMPLETE' ? paint(`${state} (${reason})`, 'red') : state;

const runRow = (run: RunView): readonly string[] => [
  ...[run.runId, run.bu, run.pair, stateText(run), run.startedAt, run.requestedBy ?? 'schedule'],
  ...[run.compared, run.found, run.healed, run.standing].map(String),
];

const breakRow = (one: BreakView): readonly string[] => [
  ...[one.pair, one.object.id, one.ours ?? '–', one.theirs ?? '–', one.class],
  one.state === 'OPEN' ? paint(one.state, 'red') : one.state,
  riskText(one.moneyAtRisk),
  [one.explanation, one.done].filter((text) => text !== null).join(' '),
];

const breakTable = (breaks: Listed<BreakView>): string => {
  if (breaks.items.length === 0) return 'Nothing differs.';
  const titles = titled('Pair', 'What', 'Ours', 'Theirs', 'Class', 'State', 'At risk', 'Why');
  const more =
    breaks.nextCursor === null ? '' : `\nThese are the newest ${shownMax}; --json with the API has the rest.`;
  return `${table(titles, breaks.items.map(breakRow))}${more}`;
};

const filterOptions = ['bu', 'pair'] as const;

export const reconciliationsCommand: CliCommand = {
  usage: 'reconciliations [runId]',
  summary: 'Comparisons with partners and what differs now; of one run what differed then',
  options: [
    { flags: '--bu <bu>', text: 'only of one business unit' },
    { flags: '--pair <pair>', text: 'only of one pair, such as stock' },
  ],
  callsService: true,
  examples: ['reconciliations', 'reconciliations --pair stock --json', 'reconciliations 01JD0000000000000000000355'],
  run: async ([runId], options) => {
    const service = await callService(options);
    const filter = new URLSearchParams({ limit: String(shownMax) });
    for (const name of filterOptions) {
      const value = textOption(options, name);
      if (value !== undefined) filter.set(name, value);
    }
    if (runId !== undefined) {
      const run = await service.get<RunView>(`/v1/ops/reconciliations/${encodeURIComponent(runId)}`);
      filter.set('runId', runId);
      const breaks = await service.get<Listed<BreakView>>(`/v1/ops/reconciliation-breaks?${filter}`);
      const head = `${run.pair} of ${run.bu} with ${run.system}: ${stateText(run)}${run.detail === null ? '' : ` ${run.detail}`}`;
      return { value: { ...run, breaks: breaks.items }, text: `${head}\n\n${breakTable(breaks)}` };
    }
    const runs = await service.get<Listed<RunView>>(`/v1/ops/reconciliations?${filter}`);
    const breaks = await service.get<Listed<BreakView>>(`/v1/ops/reconciliation-breaks?${filter}`);
    const titles = titled('Id', 'Unit', 'Pair', 'State', 'Began', 'By', 'Compared', 'Found', 'Healed', 'Standing');
    const shown = runs.items.length === 0 ? 'Nothing was compared yet.' : table(titles, runs.items.map(runRow));
    const value = { runs: runs.items, breaks: breaks.items };
    return { value, text: `${shown}\n\n${breakTable(breaks)}` };
  },
};

export const reconcileCommand: CliCommand = {
  usage: 'reconcile <bu> [pair]',
  summary: 'Compare with a partner now: stock with the warehouse, or orders or journals with the ERP',
  callsService: true,
  examples: ['reconcile ACME', 'reconcile ACME journals'],
  run: async ([bu = '', pair = 'stock'], options) => {
    const service = await callService(options);
    const value = await service.post<{ readonly runId: string }>('/v1/ops/reconciliations', { bu, pair });
    return { value, text: `Asked for: ${counted(1, 'comparison')}. See it with: reconciliations ${value.runId}` };
  },
};
