import { writeFile } from 'node:fs/promises';
import { type CliCommand, type CliOptions, requiredOption, Stop, textOption } from './command.ts';
import { callService } from './service.ts';

type Made = {
  readonly exportId: string;
  readonly journals: number;
  readonly events: number;
  readonly treeSize: number;
};

const scopeOf = (options: CliOptions): object => {
  const orderId = textOption(options, 'order');
  if (orderId !== undefined) return { kind: 'order', orderId };
  const period = requiredOption(options, 'period', '--order or --period');
  const ledger = textOption(options, 'ledger') ?? 'PRIMARY';
  const sample = textOption(options, 'sample');
  if (sample === undefined) return { kind: 'period', ledger, period };
  if (!/^[1-9]\d{0,2}$/.test(sample)) throw new Stop('--sample is a whole number.', 2);
  const seed = textOption(options, 'seed');
  return { kind: 'sample', ledger, period, count: Number(sample), ...(seed !== undefined && { seed }) };
};

export const exportCommand: CliCommand = {
  usage: 'export',
  summary: 'A signed bundle of an order, a period or a reproducible sample, for an auditor to check without us',
  callsService: true,
  options: [
    { flags: '--bu <bu>', text: 'the business unit' },
    { flags: '--order <id>', text: 'one order with everything behind it' },
    { flags: '--period <YYYYMM>', text: 'the journals of an accounting period' },
    { flags: '--ledger <ledger>', text: 'PRIMARY unless said' },
    { flags: '--sample <n>', text: 'so many journals of the period, chosen by the seed' },
    { flags: '--seed <text>', text: 'makes the choice reproducible; one is made and told when it is missing' },
    { flags: '--out <file>', text: 'where to put it; export-<id>.json unless said' },
  ],
  examples: [
    'export --bu ACME --order 01J… --out order.json',
    'export --bu ACME --period 202611 --sample 25 --seed 2026-Q4',
  ],
  run: async (_args, options) => {
    const body = { bu: requiredOption(options, 'bu', '--bu'), scope: scopeOf(options) };
    // Who operates the service is not who audits it, so the auditor's key is the usual one here.
    const service = await callService({ ...options, as: textOption(options, 'as') ?? 'auditor' });
    const made = await service.post<Made>('/v1/audit/exports', body);
    const bundle = await service.get<unknown>(`/v1/audit/exports/${made.exportId}`);
    const file = textOption(options, 'out') ?? `export-${made.exportId}.json`;
    await writeFile(file, `${JSON.stringify(bundle)}\n`);
    const { journals, events, treeSize } = made;
    return {
      value: { ...made, file },
      text: `${file}: ${journals} journals, ${events} events, proven by the checkpoint over ${treeSize} events.\nCheck it with: throughline verify ${file}`,
    };
  },
};
