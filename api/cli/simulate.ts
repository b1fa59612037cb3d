import { setTimeout as delay } from 'node:timers/promises';
import type { Compared, DifferingLine, SimulationResult } from '../../domain/simulation/comparison.ts';
import { paint, table, titled } from '../terminal.ts';
import {
  type CliCommand,
  type CliOption,
  type CliOptions,
  counted,
  countText,
  endProgress,
  progress,
  reasonIn,
  reasonOption,
  type Shown,
  Stop,
  textOfFile,
  textOption,
  textOptions,
} from './command.ts';
import { callService, type Service } from './service.ts';

type View = {
  readonly simulationId: string;
  readonly bu: string;
  readonly state: 'WAITING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly problem: string | null;
  readonly progress: { readonly events: number } | null;
  readonly result: SimulationResult | null;
  readonly resultSha256: string | null;
};

const followIntervalMs = 300;

const modelledText = ({ fork: { rows, modelled } }: Compared): string =>
  rows === 0 ? '' : `${countText(modelled)} of ${countText(rows)}`;

const figureRow = (one: Compared): readonly string[] => {
  const { figure, logged, baseline, fork } = one;
  const shown = fork.value === baseline.value ? fork.value : paint(fork.value, 'cyan');
  return [figure, logged.value, baseline.value, shown, modelledText(one)];
};

const partsText = (parts: DifferingLine['fork'], open: string): string =>
  [...parts.map(({ node, qty }) => `${qty} from ${node}`), ...(open === '0' ? [] : [`${open} open`])].join(', ');

const sampleRow = (line: DifferingLine): readonly string[] => [
  ...[line.orderId, line.lineId, line.item],
  ...[partsText(line.baseline, line.baselineOpen), partsText(line.fork, line.forkOpen)],
];

const resultText = ({ figures, linesDiffering, samples }: SimulationResult): string => {
  const found = table(titled('Figure', 'As it was', 'Same policy', 'Other policy', 'Modelled'), figures.map(figureRow));
  if (linesDiffering === 0) return `${found}\n\nNo line would have been served in another way.`;
  const titles = titled('Order', 'Line', 'Item', 'Same policy', 'Other policy');
  return `${found}\n\n${counted(linesDiffering, 'line')} served in another way:\n${table(titles, samples.map(sampleRow))}`;
};

const shown = (view: View): Shown => {
  const head = `${view.simulationId} of ${view.bu}: ${view.state}${view.problem === null ? '' : ` (${view.problem})`}`;
  const text = view.result === null ? head : `${head}\n\n${resultText(view.result)}`;
  return { value: view, text, exitCode: view.state === 'FAILED' ? 1 : 0 };
};

const follow = async (service: Service, simulationId: string): Promise<View> => {
  for (;;) {
    const view = await service.get<View>(`/v1/ops/simulations/${encodeURIComponent(simulationId)}`);
    if (view.state !== 'WAITING') {
      endProgress();
      return view;
    }
    progress(view.progress === null ? 'waiting for its turn' : `${countText(view.progress.events)} events read`);
    await delay(followIntervalMs);
  }
};

/** `DC-EAST/BOLT-M8=200%`, `DC-EAST=50`, `200%`: a node or all, an item or all, then how much. */
const ruleOf = (text: string) => {
  const match = /^(?:([^/=]*)(?:\/([^=]+))?=)?(\d+)(%?)$/.exec(text);
  if (match === null) throw new Stop(`${text} is no rule. Write DC-EAST/BOLT-M8=50, DC-EAST=200% or 200%.`, 2);
  const [, node = '', item = '', amount = '', sign = ''] = match;
  return {
    ...(node !== '' && node !== '*' && { node }),
    ...(item !== '' && { item }),
    ...(sign === '%' ? { percent: amount } : { qty: amount }),
  };
};

/** `cushionDays=4`, `lateLines=USE_SAFETY_STOCK`; whether there is such a rule is for the API to say. */
const lateSupplyOf = (texts: readonly string[]): object => {
  const entries = texts.map((text) => {
    const match = /^(\w+)=(\w+)$/.exec(text);
    if (match === null) throw new Stop(`${text} is no rule. Write cushionDays=4 or lateLines=USE_SAFETY_STOCK.`, 2);
    const [, name = '', value = ''] = match;
    return [name, /^\d+$/.test(value) ? Number(value) : value] as const;
  });
  return { kind: 'LATE_SUPPLY', ...Object.fromEntries(entries) };
};

/** The API says what is wrong with what is in the file. */
const policyOf = async (options: CliOptions): Promise<unknown> => {
  const rules = textOptions(options, 'safetyStock');
  const lateSupply = textOptions(options, 'lateSupply');
  const file = textOption(options, 'policyFile');
  if ([rules.length > 0, lateSupply.length > 0, file !== undefined].filter(Boolean).length !== 1)
    throw new Stop('Say --safety-stock, --late-supply or --policy-file.', 2);
  if (lateSupply.length > 0) return lateSupplyOf(lateSupply);
  if (file === undefined) return { kind: 'SAFETY_STOCK', rules: rules.map(ruleOf) };
  try {
    return JSON.parse(await textOfFile(file));
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(`${file} is no JSON.`, 2);
  }
};

const rangeOf = (options: CliOptions): object => {
  const [from, through] = [textOption(options, 'from'), textOption(options, 'through')];
  const after = textOption(options, 'after');
  const isDay = (text: string | undefined): boolean => text?.includes('-') === true;
  const ofDays = from !== undefined || isDay(through);
  if (ofDays && after !== undefined) throw new Stop('Say --after of positions, or --from of days.', 2);
  if (ofDays) return { days: { from, through } };
  if (after === undefined && through === undefined) return {};
  return { positions: { ...(after !== undefined && { after }), ...(through !== undefined && { through }) } };
};

const rangeOptions: readonly CliOption[] = [
  { flags: '--from <day>', text: 'first day of the range' },
  { flags: '--through <day|position>', text: 'last day, or last position, of the range' },
  { flags: '--after <position>', text: 'the range begins behind this position' },
];

export const simulateCommand: CliCommand = {
  usage: 'simulate <bu>',
  summary: 'What another policy would have made different in a stretch of the log; changes nothing',
  callsService: true,
  options: [
    {
      flags: '--safety-stock <[node][/item]=qty|percent%>',
      text: 'what to withhold there instead; the first rule that fits counts',
      repeatable: true,
    },
    {
      flags: '--late-supply <rule=value>',
      text: 'what to do about late supply instead, as PUT /v1/policies/{bu}/late-supply has it; other rules stay',
      repeatable: true,
    },
    { flags: '--policy-file <file>', text: 'another policy as JSON, as POST /v1/ops/simulations takes it' },
    ...rangeOptions,
    reasonOption,
  ],
  examples: [
    'simulate ACME --safety-stock 200% --reason "before the season"',
    'simulate ACME --safety-stock DC-EAST/BRG-6204=50 --from 2026-11-01 --through 2026-11-30 --reason "bearings"',
    'simulate ACME --late-supply cushionDays=4 --late-supply lateLines=USE_SAFETY_STOCK --reason "promises"',
    'simulate ACME --policy-file west-first.json --reason "west first"',
  ],
  run: async ([bu = ''], options) => {
    const reason = reasonIn(options);
    const body = { bu, policy: await policyOf(options), reason, ...rangeOf(options) };
    const service = await callService(options);
    const { simulationId } = await service.post<{ readonly simulationId: string }>('/v1/ops/simulations', body);
    return shown(await follow(service, simulationId));
  },
};

export const simulationCommand: CliCommand = {
  usage: 'simulation <simulationId>',
  summary: 'How far a simulation is, or what it found; with --cancel it is given up',
  callsService: true,
  options: [{ flags: '--cancel <reason>', text: 'give it up' }],
  examples: [
    'simulation 01JD0000000000000000000444',
    'simulation 01JD0000000000000000000444 --cancel "asked by mistake"',
  ],
  run: async ([simulationId = ''], options) => {
    const service = await callService(options);
    const path = `/v1/ops/simulations/${encodeURIComponent(simulationId)}`;
    const reason = textOption(options, 'cancel');
    if (reason !== undefined) await service.post(`${path}/cancellations`, { reason });
    return shown(await service.get<View>(path));
  },
};
